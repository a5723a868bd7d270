import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { validatorModule } from '../index.ts'
import { event, hash, otherWallet, paid, wallet, world } from '../test-world.ts'
import type { ValidatorDeps } from './deps.ts'
import { prove } from './prove.ts'
import { type Asked, recordVerdicts } from './record-verdicts.ts'

let database: Database
beforeAll(async () => {
  database = await pgliteWith(validatorModule)
})
afterAll(() => database.close())

async function asked(deps: ValidatorDeps, index: number, from = 'alice'): Promise<Asked> {
  const { body: dossier, trace } = event(index, hash, { from })
  const pinned = await deps.config.current()
  const request = { chain: 'ETH', proof: hash, logIndex: undefined, payer: from, pinned, vouched: false } as const
  const before = { checks: 0, watched: false, approved: false }
  return { dossier, trace, config: pinned.config, proof: await prove(deps, request), stoodStillMs: 0, before }
}

test('claims nothing in a transaction that did not begin, though its first statement goes out with BEGIN', async () => {
  // As the pool does it: the first statement is done by itself, and the next is refused.
  const unbegun: Database = {
    ...database,
    async transaction(work) {
      let asked = 0
      return await work({
        query: async (text, parameters) => {
          if (asked++ > 0) throw new Error('BEGIN failed')
          return await database.query(text, parameters)
        },
      })
    },
  }
  const { deps, chain } = world(unbegun)
  chain.answer = paid(12)
  await expect(recordVerdicts(deps, [await asked(deps, 1)])).rejects.toThrow('BEGIN failed')
  expect(await validatorModule.queries(database).paymentsClaimed()).toBe(0n)
})

test('refuses nobody whose transfer stands, on another fork, where another payer’s stands: the next try names it otherwise', async () => {
  const { deps, chain } = world(database)
  chain.answer = paid(12, [7, 8], [wallet, otherWallet])
  const alice = await asked(deps, 1)
  chain.answer = paid(12, [6, 7], [wallet, otherWallet])
  const bob = await asked(deps, 2, 'bob')
  await expect(recordVerdicts(deps, [alice, bob])).rejects.toMatchObject({ code: 'claimed_meanwhile', retryable: true })
  expect(await validatorModule.queries(database).paymentsClaimed()).toBe(0n)
  for (const one of [alice, bob])
    expect((await recordVerdicts(deps, [one])).map((message) => message.topic)).toEqual([
      'payment.claimed',
      'validated',
    ])
  expect(await validatorModule.queries(database).paymentsClaimed()).toBe(10_000_000n)
})
