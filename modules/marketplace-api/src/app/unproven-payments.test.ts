import { silentLogger } from '@species/platform'
import { manualClock } from '@species/testing'
import { expect, test } from 'vitest'
import { createPaymentDoor, maxUnproven, maxUnprovenPerOwner } from './unproven-payments.ts'

function doorOf(waiting: Map<string | undefined, number>) {
  const clock = manualClock()
  const unproven = (owner: string | undefined): Promise<number> => Promise.resolve(waiting.get(owner) ?? 0)
  return { clock, door: createPaymentDoor({ unproven, clock, log: silentLogger }) }
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
