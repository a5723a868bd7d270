import { dossierOf, manualClock, messageOf } from '@species/testing'
import { expect, test } from 'vitest'
import { createClassifier } from './module.ts'

const eventKey = '01900000-0000-7000-8000-000000000001'

test.each([
  ['an event', { from: 'alice', to: 'bob', amount: '3' }, 'classified'],
  ['an event that is refused', { from: 'alice', amount: '3' }, 'refused'],
])('%s is answered with the same words, and the same times, whenever it is replayed', async (_name, event, topic) => {
  const clock = manualClock()
  const [consumer] = createClassifier({ clock }).consumers
  const message = messageOf('accepted', eventKey, dossierOf(eventKey, event))
  const first = await consumer?.handle([message])
  expect(first?.map((one) => one.topic)).toEqual([topic])
  clock.advance(60_000)
  expect(await consumer?.handle([message])).toEqual(first)
})
