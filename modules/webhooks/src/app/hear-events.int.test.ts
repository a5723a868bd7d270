import type { Database } from '@species/database'
import { dossierOf, pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { webhooksModule } from '../index.ts'
import { type World, createWorld, receiptFor } from '../test-world.ts'
import { createCatchUp } from './catch-up.ts'

const key = '01940000-0000-7000-8000-00000000000a'
const all = ['event.payment_seen', 'event.waiting', 'event.review', 'event.completed', 'event.failed', 'event.disputed']
let database: Database
let world: World
beforeAll(async () => {
  database = await pgliteWith(webhooksModule)
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.script('TRUNCATE webhooks.endpoints, webhooks.messages, webhooks.progress CASCADE')
  world = createWorld(database)
})

const waiting = { eventKey: key, owner: 'ann', eventId: 'e1', by: 'validator', reason: 'internal words', untilMs: 9 }
const claim = {
  chain: 'ETH',
  hash: `0x${'a'.repeat(64)}`,
  logIndex: 3,
  payer: 'ann',
  amountMicro: 1_500_000n,
  fromAddress: '0x1',
  toAddress: '0x2',
  blockNumber: 1,
  blockTimeMs: 1,
}

it('tells each party the end of an event, with the receipt as that party may read it', async () => {
  for (const owner of ['ann', 'bob', 'eve']) await world.make(owner, all)
  await world.end(key)
  await world.send()
  expect(world.sent.map(({ type, data }) => [type, (data['receipt'] as { status: string }).status]).sort()).toEqual([
    ['event.completed', 'as ann sees it'],
    ['event.completed', 'as bob sees it'],
  ])
})

it('tells the owner alone while an event is under way, and no words that are not for them', async () => {
  for (const owner of ['ann', 'bob']) await world.make(owner, all)
  world.events.set(key, { eventKey: key, owner: 'ann', eventId: 'e1', acceptedAtMs: 0, ended: undefined })
  world.mark = { state: 'waiting', atMs: 0, awaiting: { what: 'chain', text: 'The chain is asked again.' }, untilMs: 0 }
  await world.hear('payment.claimed', { eventKey: key, claim })
  await world.hear('waiting', waiting)
  await world.hear('waiting', waiting)
  const dossier = dossierOf(key, { from: 'ann', to: 'bob', amount: '1', eventId: 'e1' })
  await world.hear('review', { eventKey: key, by: 'validator', reason: 'internal words', facts: {}, dossier })
  await world.send()
  expect(world.sent.map(({ type }) => type)).toEqual(['event.payment_seen', 'event.waiting', 'event.review'])
  expect(world.sent[0]?.data).toMatchObject({ eventId: 'e1', payment: { amount: '1.500000', hash: claim.hash } })
  expect(world.sent[1]?.data).toMatchObject({ waitingOn: 'chain', waitingFor: 'The chain is asked again.' })
  expect(JSON.stringify(world.sent)).not.toContain('internal words')
})

it('does not tell a payment of another user than the owner of the event', async () => {
  for (const owner of ['ann', 'bob']) await world.make(owner, all)
  world.events.set(key, { eventKey: key, owner: 'bob', eventId: 'e1', acceptedAtMs: 0, ended: undefined })
  await world.hear('payment.claimed', { eventKey: key, claim })
  await world.send()
  expect(world.sent).toEqual([])
})

it('tells no earlier state after the end of an event, but a dispute', async () => {
  await world.make('ann', all)
  await world.end(key)
  world.mark = { state: 'waiting', atMs: 0, awaiting: { what: 'chain', text: 'late' } }
  await world.hear('waiting', waiting)
  await world.end(key, 'disputed')
  await world.send()
  expect(world.sent.map(({ type }) => type)).toEqual(['event.completed', 'event.disputed'])
})

it('tells only what a webhook wants to be told', async () => {
  await world.make('ann', ['event.failed'])
  await world.end(key)
  await world.send()
  expect(world.sent).toEqual([])
})

it('tells an end whose message was lost, after the next start, and each end once', async () => {
  await world.make('ann', all)
  await createCatchUp(world.deps)()
  world.clock.advance(10_000)
  await world.end(key)
  const lost = receiptFor('01940000-0000-7000-8000-00000000000b', 'failed', world.clock.now())
  world.receipts.set(lost.receiptId, lost)
  world.clock.advance(86_400_000)
  await createCatchUp(world.deps)()
  await world.send()
  expect(world.sent.map(({ data }) => data['receiptId']).sort()).toEqual([...world.receipts.keys()].sort())
})
