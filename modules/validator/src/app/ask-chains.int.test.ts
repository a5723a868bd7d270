import { type Outcome, notYet } from '@species/kernel'
import { type Chain, type ChainReader, type ChainTransaction, chains } from '@species/contracts'
import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { validatorModule } from '../index.ts'
import { event, hash, keyOf, minuteMs, otherWallet, paid, world } from '../test-world.ts'
import { type Asker, createAsker } from './ask-chains.ts'
import type { ValidatorDeps } from './deps.ts'
import { validateEvents } from './validate-events.ts'

let database: Database
beforeAll(async () => {
  database = await pgliteWith(validatorModule)
})
afterAll(() => database.close())
beforeEach(() => database.script('TRUNCATE validator.verdicts; TRUNCATE validator.claims'))

const nothing = (index: number): string => `0x${index.toString(16).padStart(64, '0')}`

/** Chains whose answers come when the test says. */
class HeldChains implements ChainReader {
  readonly chains = chains
  readonly asked: string[] = []
  readonly #waiting: (() => void)[] = []
  async transaction(_chain: Chain, asked: string): Promise<Outcome<ChainTransaction>> {
    this.asked.push(asked)
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
    return asked === hash ? paid(12, [3], [otherWallet]) : notYet('not_found')
  }
  /** All that was asked is answered, and nothing more is begun. */
  async end(asker: Asker): Promise<void> {
    const stopped = asker.stop()
    for (const answer of this.#waiting) answer()
    await stopped
  }
}

const asking = (deps: ValidatorDeps, chain: ChainReader): Asker =>
  createAsker({ ...deps, asksAtOnce: true, chainReaders: [chain] })

test('a payment is asked for after at most a turn of an owner with thousands that come before it', async () => {
  const { deps, published } = world(database)
  const held = new HeldChains()
  const asker = asking(deps, held)
  const flood = Array.from({ length: 3_000 }, (_, index) => event(index + 1, nothing(index + 1)))
  await validateEvents(deps, flood)
  asker.wake()
  await vi.waitFor(() => {
    expect(held.asked).toHaveLength(4)
  })
  // All the places of that owner are taken, by questions that nobody answers; there are places for others.
  await validateEvents(deps, [event(9_999, hash, { from: 'bob' })])
  asker.wake()
  await vi.waitFor(() => {
    expect(held.asked).toContain(hash)
  })
  expect(held.asked).toHaveLength(5)
  await held.end(asker)
  expect(published.filter((message) => message.key === keyOf(9_999)).map((message) => message.topic)).toEqual([
    'validated',
  ])
})

test('a chain that does not answer, with more waiting than are asked for at once, holds up no other chain', async () => {
  const { deps } = world(database)
  const held = new HeldChains()
  const asker = asking(deps, held)
  const owners = Array.from({ length: 20 }, (_, index) => `owner-${index}`)
  await validateEvents(
    deps,
    owners.map((from, index) => event(index + 1, nothing(index + 1), { from })),
  )
  asker.wake()
  await vi.waitFor(() => {
    expect(held.asked).toHaveLength(12)
  })
  await validateEvents(deps, [event(99, nothing(99), { chain: 'BSC' })])
  asker.wake()
  await vi.waitFor(() => {
    expect(held.asked).toContain(nothing(99))
  })
  await held.end(asker)
})

test('events that cite one transaction, in whatever letters, share one question', async () => {
  const { deps, chain, clock } = world(database)
  await validateEvents(
    deps,
    Array.from({ length: 100 }, (_, index) => event(index + 1, index % 2 === 0 ? hash : hash.slice(2).toUpperCase())),
  )
  await createAsker(deps).drain()
  expect(chain.asked).toBe(1)
  clock.advance(minuteMs)
  await createAsker(deps).drain()
  expect(chain.asked).toBe(2)
})

test('what takes no payment from a chain passes without a word to any chain, and no chain is asked where payments are taken in', async () => {
  const { deps, chain } = world(database)
  const message = event(1)
  const { payWith: _none, ...unpaid } = message.body.event
  const passed = await validateEvents(deps, [
    event(2),
    { ...message, body: { ...message.body, event: unpaid } },
    event(3),
  ])
  expect(passed.map(({ key, topic }) => [key, topic])).toEqual([[keyOf(1), 'validated']])
  expect(chain.asked).toBe(0)
})

test('a payment counts as unproven until its deadline, then as watched until the watch ends: of its owner and of all', async () => {
  const { deps, clock } = world(database)
  const { unproven, watched } = validatorModule.queries(database)
  const counts = async (): Promise<number[]> =>
    await Promise.all([
      unproven('alice', 9),
      watched('alice', 9),
      watched('bob', 9),
      watched(undefined, 9),
      watched(undefined, 1),
    ])
  await validateEvents(deps, [event(1, nothing(1)), event(2, nothing(2)), event(3, nothing(3), { from: 'bob' })])
  expect(await counts()).toEqual([2, 0, 0, 0, 0])
  clock.advance(61 * minuteMs)
  await createAsker(deps).drain()
  expect(await counts()).toEqual([0, 2, 1, 3, 1])
  clock.advance(8 * 24 * 60 * minuteMs)
  await createAsker(deps).drain()
  expect(await counts()).toEqual([0, 0, 0, 0, 0])
})

test('a clock that is set forward ends no watch: late money still becomes credit', async () => {
  const { deps, clock } = world(database)
  const { watched } = validatorModule.queries(database)
  await validateEvents(deps, [event(1, nothing(1))])
  clock.advance(61 * minuteMs)
  await createAsker(deps).drain()
  clock.step(100 * 24 * 60 * minuteMs)
  await createAsker(deps).drain()
  expect(await watched('alice', 9)).toBe(1)
})
