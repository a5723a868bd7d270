import type { InFlight } from '@species/contracts'
import { expect, test } from 'vitest'
import { compareVaults } from './compare-vaults.ts'
import type { ReconciliationDeps } from './deps.ts'

/** What the ledger says of the one user, u. */
interface Ledger {
  readonly units: bigint
  readonly version: bigint
  readonly inFlight: InFlight[]
}

/** At every look the ledger says `before`, then Onli Cloud says that u's vault holds so much, then the ledger says `after`. */
function depsOf(before: Ledger, vaultUnits: bigint, after = before): ReconciliationDeps {
  let ledger = before
  const deps = {
    config: { current: async () => ({ config: { vaults: { escrow: 'escrow', liquidityPool: 'pool' } } }) },
    onli: {
      balances: async (vaults: readonly string[]) => {
        ledger = after
        return vaults.map((vault) => ({ kind: 'yes', value: vault === 'vault-u' ? vaultUnits : 0n }))
      },
    },
    queries: {
      authenticator: { vaults: async () => [{ onliId: 'u', vaultId: 'vault-u' }] },
      cashier: {
        inFlight: async () => ({ events: ledger.inFlight, unreadable: [] }),
        units: async () => {
          const { units, version } = ledger
          if (ledger === after) ledger = before
          return [{ account: 'user:u', units, version }]
        },
      },
    },
  }
  return deps as unknown as ReconciliationDeps
}

const moving = (amount: bigint): InFlight => ({
  eventKey: 'e',
  deadlineMs: 0,
  lines: [{ account: 'user:u', asset: 'SPECIES', amount }],
})

test('a vault that agrees, or that an event in flight explains, is no break', async () => {
  const agreed = { compared: 3, breaks: [], unanswered: [] }
  expect(await compareVaults(depsOf({ units: 10n, version: 7n, inFlight: [] }, 10n))).toEqual(agreed)
  expect(await compareVaults(depsOf({ units: 10n, version: 7n, inFlight: [moving(5n)] }, 15n))).toEqual(agreed)
})

test.each([
  ['comes in', 5n, 7n],
  ['goes out', -5n, 13n],
])(
  'what %s and settles after the vault was read is not held against it: the break names the ledger of before',
  async (_name, amount, vaultUnits) => {
    const before = { units: 10n, version: 7n, inFlight: [moving(amount)] }
    const after = { units: 10n + amount, version: 8n, inFlight: [] }
    const { breaks } = await compareVaults(depsOf(before, vaultUnits, after))
    expect(breaks).toEqual([{ account: 'user:u', vault: 'vault-u', vaultUnits, units: 10n, version: 7n }])
  },
)
