import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import {
  chainFacts,
  chainsConfigSchema,
  feeFacts,
  feesConfigSchema,
  marketplaceConfigSchema,
  storedForm,
} from '@species/contracts'
import { describe, expect, test } from 'vitest'

/** The configurations in a recording, as they were stored. */
function storedIn(recording: string): unknown[] {
  const archive = join(import.meta.dirname, recording, 'postgres.tar.gz')
  const sql = execFileSync('tar', ['-xzOf', archive, './database.sql'], { maxBuffer: 64 * 1024 * 1024 }).toString()
  return [...sql.matchAll(/^INSERT INTO config\.versions VALUES \(\d+, '(.*?)', '/gm)].map(
    ([, text = '']) => JSON.parse(text) as unknown,
  )
}

const stored = storedIn('v5.0')

/** The configuration of a program that knows a chain and a fee that today's does not. */
const laterSchema = marketplaceConfigSchema.extend({
  chains: chainsConfigSchema({ ...chainFacts, LATER: { since: 'later', confirmations: 20 } }),
  feeBasisPoints: feesConfigSchema({ ...feeFacts, later: { since: 'later' } }),
})

test('the recording has configurations', () => {
  expect(stored.length).toBeGreaterThan(2)
})

describe.each(stored.map((config, index) => [index + 1, config] as const))('configuration %i of v5.0', (_n, config) => {
  test('is read today, and written as it stands', () => {
    expect(storedForm(marketplaceConfigSchema.parse(config))).toEqual(config)
  })

  test('is read by a program with one more chain and one more fee: the chain is closed and the fee zero', () => {
    const read = laterSchema.parse(config)
    expect(read.chains.LATER).toEqual({
      enabled: false,
      depositAddresses: [],
      confirmations: 20,
      halted: false,
      compromisedAddresses: [],
      quoteAddresses: [],
      ourWallets: [],
      deniedAddresses: [],
      payoutMaturityMs: 3_600_000,
    })
    expect(read.feeBasisPoints.later).toBe(0)
    expect(read).toMatchObject(config as object)
  })

  test('is written by such a program so that today’s can read it, until the chain is opened', () => {
    const read = laterSchema.parse(config)
    expect(storedForm(read, laterSchema)).toEqual(config)
  })
})

test('a configuration that lacks a chain which was always there is refused', () => {
  const { chains, ...rest } = stored[0] as { chains: Record<string, unknown> }
  const { ETH: _gone, ...others } = chains
  expect(marketplaceConfigSchema.safeParse({ ...rest, chains: others }).success).toBe(false)
})
