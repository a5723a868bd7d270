import { describe, expect, test } from 'vitest'
import { isExplained } from './compare-vault.ts'

describe('a vault against the ledger', () => {
  const at = (units: bigint): { account: string; vault: string; units: bigint; version: bigint } => ({
    account: 'user:alice',
    vault: 'v',
    units,
    version: 1n,
  })
  const inFlight = (
    amount: bigint,
  ): { eventKey: string; deadlineMs: number; lines: { account: string; asset: 'SPECIES'; amount: bigint }[] } => ({
    eventKey: 'e',
    deadlineMs: 0,
    lines: [{ account: 'user:alice', asset: 'SPECIES', amount }],
  })
  test.each([
    ['equal', 10n, 10n, [], true],
    ['one more, nothing in flight', 10n, 11n, [], false],
    ['a send that has left the vault', 10n, 7n, [inFlight(-3n)], true],
    ['a send that has not left yet', 10n, 10n, [inFlight(-3n)], true],
    ['more gone than was sent', 10n, 6n, [inFlight(-3n)], false],
    ['one of two arrivals', 10n, 14n, [inFlight(4n), inFlight(2n)], true],
    ['more than what arrives', 10n, 17n, [inFlight(4n), inFlight(2n)], false],
    ['less, though something arrives', 10n, 9n, [inFlight(4n)], false],
  ] as const)('%s', (_name, ledger, vault, events, explained) => {
    expect(isExplained(at(ledger), vault, [...events])).toBe(explained)
  })
})
