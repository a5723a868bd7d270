import { silentLogger } from '@species/platform'
import { manualClock } from '@species/testing'
import { expect, test } from 'vitest'
import {
  createPaymentDoor,
  maxUnproven,
  maxUnprovenPerOwner,
  maxWatched,
  maxWatchedPerOwner,
} from './unproven-payments.ts'

type Counts = Map<string | undefined, number>

function doorOf(waiting: Counts, watching: Counts = new Map()) {
  const clock = manualClock()
  const countIn =
    (counts: Counts) =>
    (owner: string | undefined): Promise<number> =>
      Promise.resolve(counts.get(owner) ?? 0)
  const deps = { unproven: countIn(waiting), watched: countIn(watching), clock, log: silentLogger }
  return { clock, door: createPaymentDoor(deps) }
}

test('three thousand payments of one owner at once leave 2,900 refused, and another owner’s taken', async () => {
  const { door } = doorOf(new Map())
  const answers = await Promise.all(Array.from({ length: 3_000 }, () => door('mallory')))
  expect(answers.filter((full) => full === undefined)).toHaveLength(maxUnprovenPerOwner)
  expect(answers.filter((full) => full === 'owner')).toHaveLength(2_900)
  expect(await door('alice')).toBeUndefined()
})

test('what is proven makes room', async () => {
  const waiting = new Map([['alice', maxUnprovenPerOwner]])
  const { clock, door } = doorOf(waiting)
  expect(await door('alice')).toBe('owner')
  waiting.set('alice', 0)
  clock.advance(500)
  expect(await door('alice')).toBeUndefined()
})

test('where all together are too many an owner’s first is taken still, and no second', async () => {
  const { door } = doorOf(new Map([[undefined, maxUnproven]]))
  expect([await door('alice'), await door('alice')]).toEqual([undefined, 'all'])
})

test('an owner whose payments are watched, their share full, is refused until a watch ends, and others are not', async () => {
  const watching = new Map([['mallory', maxWatchedPerOwner - 1]])
  const { clock, door } = doorOf(new Map(), watching)
  expect([await door('mallory'), await door('mallory')]).toEqual([undefined, 'owner_watched'])
  expect(await door('alice')).toBeUndefined()
  watching.set('mallory', maxWatchedPerOwner - 2)
  clock.advance(500)
  expect(await door('mallory')).toBeUndefined()
})

test('where too many are watched in all an owner’s first is taken still, and no second', async () => {
  const { door } = doorOf(new Map(), new Map([[undefined, maxWatched]]))
  expect([await door('alice'), await door('alice')]).toEqual([undefined, 'all'])
})

test('what waits for a payment and what is under way are one load, and an owner’s first is taken still', async () => {
  const { door } = doorOf(new Map([[undefined, maxUnproven - 1_000]]))
  expect([await door('alice', 999), await door('alice', 998), await door('alice', 998)]).toEqual([
    undefined,
    undefined,
    'all',
  ])
})
