import type { WebhookAnswer } from '@species/contracts'
import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { webhooksModule } from '../index.ts'
import { type World, createWorld, ended, news } from '../test-world.ts'
import { maxQueued } from './announce.ts'
import { createTurns } from './run-turns.ts'

let database: Database
let world: World
beforeAll(async () => {
  database = await pgliteWith(webhooksModule)
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.script('TRUNCATE webhooks.endpoints, webhooks.messages, webhooks.progress CASCADE')
  world = createWorld(database)
  world.clock.set(Date.now())
})

const day = 86_400_000
const verifies = (secret: string, call: { body: string; headers: Readonly<Record<string, string>> }): unknown =>
  new Webhook(secret).verify(call.body, { ...call.headers })

it('is verified by the library of Standard Webhooks', async () => {
  const { secret } = await world.make('ann')
  await world.announce(news('k', 'a'))
  await world.send()
  const [call] = world.sent
  if (!call) throw new Error('nothing was sent')
  expect(verifies(secret, call)).toMatchObject({ type: 'event.completed', data: { once: 'a' } })
  expect(() => verifies(secret, { ...call, body: `${call.body} ` })).toThrow()
})

it('sends the same id and body at each retry, with the time and signature of the attempt', async () => {
  const { secret } = await world.make('ann')
  world.answer = () => ended(world.sent.length < 3 ? 503 : 200)
  await world.announce(news('k', 'a'))
  // Receivers take a timestamp within five minutes, so each is verified at its own time.
  for (const pauseMs of [0, 6_000, 360_000]) {
    world.clock.advance(pauseMs)
    await world.send()
  }
  expect(world.sent).toHaveLength(3)
  expect(new Set(world.sent.map(({ id, body }) => `${id} ${body}`)).size).toBe(1)
  expect(new Set(world.sent.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(3)
  expect(new Set(world.sent.map(({ headers }) => headers['webhook-signature'])).size).toBe(3)
  const [first] = world.sent
  if (first) verifies(secret, first)
})

it('tells the same once, however often it is announced', async () => {
  await world.make('ann')
  for (let i = 0; i < 3; i++) await world.announce(news('k', 'a'))
  await world.send()
  expect(world.sent).toHaveLength(1)
})

it('stores nothing where the transaction that announces is rolled back', async () => {
  await world.make('ann')
  const { createAnnounce } = await import('./announce.ts')
  const failed = database.transaction(async (tx) => {
    await createAnnounce(world.deps)(tx, news('k', 'a'))
    throw new Error('rolled back')
  })
  await expect(failed).rejects.toThrow('rolled back')
  await world.send()
  expect(world.sent).toEqual([])
})

it('does not send a later state before the earlier one is delivered; other keys go on', async () => {
  const { webhookId } = await world.make('ann')
  world.answer = ({ data }) => ended(data['once'] === 'first' && world.sent.length < 3 ? 500 : 200)
  await world.announce(news('k', 'first'))
  await world.announce(news('k', 'second'))
  await world.announce(news('other', 'third'))
  await world.send()
  expect(world.sent.map(({ data }) => data['once'])).toEqual(['first', 'third'])
  await world.announce(news('k', 'fourth'))
  world.clock.advance(7_000)
  await world.send()
  expect(world.sent.map(({ data }) => data['once'])).toEqual(['first', 'third', 'first', 'second', 'fourth'])
  expect(new Set(await world.statuses(webhookId))).toEqual(new Set(['delivered']))
})

it('sends a later state once the earlier one is given up', async () => {
  const { webhookId } = await world.make('ann')
  world.answer = ({ data }) => ended(data['once'] === 'bad' ? 400 : 200)
  await world.announce(news('k', 'bad'))
  await world.announce(news('k', 'good'))
  for (let i = 0; i < 40; i++) {
    // Something else is delivered now and then: the endpoint is well, and only this message is refused.
    await world.announce(news(`other-${i}`, 'x'))
    await world.send()
    world.clock.advance(8 * 3_600_000)
  }
  await world.send()
  expect(world.sent.filter(({ data }) => data['once'] === 'bad')).toHaveLength(10)
  expect(world.sent.at(-1)?.data['once'] === 'good' || world.sent.some(({ data }) => data['once'] === 'good')).toBe(
    true,
  )
  expect((await world.statuses(webhookId)).slice(0, 2)).toEqual(['given_up', 'delivered'])
})

it('sends again, under the same id, what was called and not stored when its process died', async () => {
  await world.make('ann')
  await world.announce(news('k', 'a'))
  // The first process dies between the call and the result: its server answers, and nothing is stored any more.
  const dying = createTurns({
    ...world.deps,
    database: {
      ...database,
      query: database.query.bind(database),
      transaction: () => Promise.reject(new Error('the process is dead')),
    },
  })
  await dying.look()
  await dying.idle()
  expect(world.sent).toHaveLength(1)
  await world.send()
  expect(world.sent, 'its lease holds').toHaveLength(1)
  world.clock.advance(61_000)
  await world.send()
  expect(world.sent.map(({ id }) => id)).toEqual([world.sent[0]?.id, world.sent[0]?.id])
  world.clock.advance(day)
  await world.send()
  expect(world.sent).toHaveLength(2)
})

it('disables a webhook that answers 410, gives up what waits, and tells the owner', async () => {
  const { webhookId } = await world.make('ann')
  world.answer = () => ended(410)
  for (const once of ['a', 'b']) await world.announce(news('k', once))
  await world.send()
  expect(world.sent).toHaveLength(1)
  expect(await world.statuses(webhookId)).toEqual(['given_up', 'given_up'])
  const { body } = await world.ask('GET', `/${webhookId}`)
  expect(body).toMatchObject({ status: 'disabled', disabledFor: 'gone', disabledAt: expect.any(String) as string })
  await world.announce(news('k', 'c'))
  expect(await world.statuses(webhookId)).toHaveLength(2)
})

it('disables a webhook after three days of failure, and sends again once it is enabled', async () => {
  const { webhookId } = await world.make('ann')
  world.answer = () => ({ kind: 'failed', reason: 'timeout' })
  await world.announce(news('k', 'a'))
  await world.send()
  expect((await world.ask('GET', `/${webhookId}`)).body).toMatchObject({
    status: 'active',
    failingSince: expect.any(String) as string,
  })
  for (let hours = 0; hours < 90; hours++) {
    world.clock.advance(3_600_000)
    await world.send()
  }
  expect((await world.ask('GET', `/${webhookId}`)).body).toMatchObject({ status: 'disabled', disabledFor: 'failing' })
  world.answer = () => ended(200)
  const wanted = { url: 'https://shop.example/hook', types: ['event.completed'], enabled: true }
  expect((await world.ask('PUT', `/${webhookId}`, wanted)).body).toMatchObject({ status: 'active' })
  await world.announce(news('k', 'b'))
  await world.send()
  expect(world.sent.at(-1)?.data).toEqual({ once: 'b' })
})

it('signs with both secrets while they overlap, and with the new one alone after that', async () => {
  const { webhookId, secret: old } = await world.make('ann')
  const rotated = await world.ask('POST', `/${webhookId}/secret`, { overlapMs: 60_000 })
  const secret = rotated.body['secret'] as string
  expect(secret).not.toBe(old)
  await world.announce(news('k', 'during'))
  await world.send()
  const [during] = world.sent
  if (!during) throw new Error('nothing was sent')
  verifies(old, during)
  verifies(secret, during)
  expect(during.headers['webhook-signature']?.split(' ')).toHaveLength(2)
  world.clock.advance(60_000)
  await world.announce(news('k', 'after'))
  await world.send()
  const after = world.sent.at(-1)
  if (!after) throw new Error('nothing was sent')
  verifies(secret, after)
  expect(() => verifies(old, after)).toThrow()
})

it('signs with at most three secrets, however often they are rotated', async () => {
  const { webhookId } = await world.make('ann')
  for (let i = 0; i < 6; i++) {
    world.clock.advance(1)
    await world.ask('POST', `/${webhookId}/secret`, {})
  }
  await world.announce(news('k', 'a'))
  await world.send()
  expect(world.sent[0]?.headers['webhook-signature']?.split(' ')).toHaveLength(3)
})

it('sends to all others while a thousand deliveries wait for one stuck server', async () => {
  let release: (answer: WebhookAnswer) => void = () => undefined
  const stuck = new Promise<WebhookAnswer>((resolve) => (release = resolve))
  await world.make('eve', ['event.completed'], 'https://stuck.example/')
  await world.make('ann')
  await world.make('bob')
  world.answer = ({ url }) => (url.startsWith('https://stuck') ? stuck : ended(200))
  await database.transaction(async (tx) => {
    const { storeAnnouncements } = await import('./announce.ts')
    const thousand = Array.from({ length: 1_000 }, (_, i) => news(`eve-${i}`, 'x', { owner: 'eve' }))
    await storeAnnouncements(world.deps, tx, thousand)
  })
  const turns = createTurns(world.deps)
  await turns.look()
  for (let i = 0; i < 20; i++)
    for (const owner of ['ann', 'bob']) await world.announce(news(`${owner}-${i}`, 'x', { owner }))
  // Another process: the stuck server's turn is under way in the first.
  await world.send()
  const others = world.sent.filter(({ url }) => url.startsWith('https://shop'))
  expect(others).toHaveLength(40)
  expect(world.sent.length - others.length, 'calls of one turn at the same time').toBe(8)
  release({ kind: 'failed', reason: 'timeout' })
  await turns.idle()
  expect(world.sent.length - others.length, 'no more after a failure').toBe(8)
})

it('gives one owner only a part of the turns, however many of their servers are stuck', async () => {
  let release: (answer: WebhookAnswer) => void = () => undefined
  const stuck = new Promise<WebhookAnswer>((resolve) => (release = resolve))
  for (let i = 0; i < 10; i++) await world.make('eve', ['event.completed'], `https://stuck${i}.example/`)
  world.answer = () => stuck
  await world.announce(news('k', 'x', { owner: 'eve' }))
  const turns = createTurns(world.deps)
  for (let i = 0; i < 5; i++) await turns.look()
  await expect.poll(() => world.sent.length).toBe(4)
  release(ended(200))
  await turns.idle()
})

it('drops what exceeds the queue of its owner, says so in the log, and resends it on demand', async () => {
  const { webhookId } = await world.make('ann')
  await database.query(
    `INSERT INTO webhooks.messages (message_id, owner, type, key, once, body, created_at)
     SELECT 'full_' || n, 'ann', 'event.completed', 'full', 'o' || n, '{}', $1 FROM generate_series(1, $2::integer) AS n`,
    [new Date(world.clock.now()).toISOString(), maxQueued],
  )
  await database.query(
    `INSERT INTO webhooks.deliveries (message_id, endpoint_id, owner, key, status, next_at)
     SELECT message_id, $1, owner, key, 'pending', created_at FROM webhooks.messages`,
    [webhookId],
  )
  await world.announce(news('k', 'too much'))
  const { body } = await world.ask('GET', `/${webhookId}/deliveries?status=dropped`)
  const [dropped] = body['deliveries'] as { messageId: string }[]
  const again = `/${webhookId}/deliveries/${dropped?.messageId ?? ''}/resend`
  expect(await world.ask('POST', again)).toMatchObject({ status: 429, body: { code: 'too_many_deliveries' } })
  await database.query("UPDATE webhooks.deliveries SET status = 'delivered' WHERE status = 'pending'")
  expect((await world.ask('POST', again)).status).toBe(202)
  await world.deps.database.query('SELECT 1')
  await world.send()
  await expect.poll(() => world.sent.map(({ data }) => data['once'])).toEqual(['too much'])
})

it('forgets what ended thirty days ago, and what was deleted', async () => {
  const { webhookId } = await world.make('ann')
  const gone = await world.make('bob')
  await world.announce(news('k', 'old'))
  await world.send()
  world.clock.advance(31 * day)
  await world.announce(news('k', 'new'))
  await world.announce(news('k2', 'of bob', { owner: 'bob' }))
  await world.ask('DELETE', `/${gone.webhookId}`, undefined, 'bob webhooks')
  await world.job('webhooks-forget')
  expect(await world.statuses(webhookId)).toEqual(['pending'])
  const rows = await database.query<{ owner: string }>('SELECT owner FROM webhooks.endpoints')
  expect(rows.map(({ owner }) => owner)).toEqual(['ann'])
})
