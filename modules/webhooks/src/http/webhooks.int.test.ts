import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { maxEndpoints } from '../app/manage-endpoints.ts'
import { webhooksModule } from '../index.ts'
import { type World, createWorld, ended, news } from '../test-world.ts'

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

const wanted = { url: 'https://shop.example/hook', types: ['event.completed'] }

it('tells the secret once, and stores it sealed', async () => {
  const { webhookId, secret } = await world.make('ann')
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  expect(JSON.stringify((await world.ask('GET', `/${webhookId}`)).body)).not.toContain('whsec_')
  const [row] = await database.query<{ sealed: string }>('SELECT sealed FROM webhooks.secrets')
  expect(row?.sealed).toMatch(/^v1\./)
  expect(row?.sealed).not.toContain(secret.slice(6))
})

it('lists, changes and deletes webhooks', async () => {
  const { webhookId } = await world.make('ann')
  const changed = { ...wanted, url: 'https://new.example/', types: ['event.failed'], description: 'the shop' }
  expect((await world.ask('PUT', `/${webhookId}`, changed)).body).toMatchObject(changed)
  expect((await world.ask('GET', '')).body['webhooks']).toMatchObject([{ webhookId, ...changed, madeBy: 'key_1' }])
  expect((await world.ask('DELETE', `/${webhookId}`)).status).toBe(204)
  expect((await world.ask('GET', '')).body['webhooks']).toEqual([])
  expect((await world.ask('GET', `/${webhookId}`)).status).toBe(404)
  expect(await database.query('SELECT 1 FROM webhooks.secrets')).toEqual([])
})

it('shows one user nothing of another', async () => {
  const { webhookId } = await world.make('ann')
  await world.announce(news('k', 'a'))
  const [row] = await database.query<{ message_id: string }>('SELECT message_id FROM webhooks.messages')
  const delivery = `/${webhookId}/deliveries/${row?.message_id ?? ''}`
  for (const [method, path, body] of [
    ['GET', `/${webhookId}`],
    ['PUT', `/${webhookId}`, wanted],
    ['DELETE', `/${webhookId}`],
    ['POST', `/${webhookId}/secret`, {}],
    ['POST', `/${webhookId}/test`],
    ['GET', `/${webhookId}/deliveries`],
    ['GET', delivery],
    ['POST', `${delivery}/resend`],
  ] as const)
    expect(await world.ask(method, path, body, 'eve webhooks')).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    })
  expect((await world.ask('GET', '', undefined, 'eve webhooks')).body['webhooks']).toEqual([])
})

describe('refuses', () => {
  it('a key without the scope', async () => {
    expect((await world.ask('POST', '', wanted, 'ann read trade')).status).toBe(403)
  })

  it('an address that is not public, when it is made and when it is changed', async () => {
    const bad = { ...wanted, url: 'http://10.0.0.1/' }
    const refused = { status: 422, body: { code: 'address_not_public' } }
    expect(await world.ask('POST', '', bad)).toMatchObject(refused)
    const { webhookId } = await world.make('ann')
    expect(await world.ask('PUT', `/${webhookId}`, bad)).toMatchObject(refused)
  })

  it.each([
    { ...wanted, types: [] },
    { ...wanted, types: ['event.unknown'] },
    { ...wanted, more: 1 },
    { types: wanted.types },
  ])('%j', async (body) => {
    expect(await world.ask('POST', '', body)).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
  })

  it('more webhooks than a user can have', async () => {
    for (let i = 0; i < maxEndpoints; i++) await world.make('ann')
    expect(await world.ask('POST', '', wanted)).toMatchObject({ status: 409, body: { code: 'too_many_webhooks' } })
    await world.make('bob')
  })

  it('a test of a disabled webhook', async () => {
    const { webhookId } = await world.make('ann')
    await world.ask('PUT', `/${webhookId}`, { ...wanted, enabled: false })
    expect(await world.ask('POST', `/${webhookId}/test`)).toMatchObject({
      status: 409,
      body: { code: 'webhook_disabled' },
    })
  })
})

it('sends a test whatever the webhook wants to be told, and shows in the log how it went', async () => {
  const { webhookId } = await world.make('ann')
  world.answer = () => ended(418, 'short and stout')
  const { body } = await world.ask('POST', `/${webhookId}/test`)
  await world.send()
  await expect.poll(() => world.sent.map(({ id, type }) => [id, type])).toEqual([[body['messageId'], 'webhook.test']])
  const read = (): Promise<{ body: Record<string, unknown> }> =>
    world.ask('GET', `/${webhookId}/deliveries/${String(body['messageId'])}`)
  await expect
    .poll(async () => (await read()).body)
    .toMatchObject({
      status: 'pending',
      attempts: 1,
      body: world.sent[0]?.body,
      log: [{ number: 1, statusCode: 418, answer: 'short and stout' }],
    })
})

it('resends a delivery with the id and body that it has always had', async () => {
  const { webhookId } = await world.make('ann')
  await world.announce(news('k', 'a'))
  await world.send()
  const [first] = world.sent
  expect((await world.ask('POST', `/${webhookId}/deliveries/${first?.id ?? ''}/resend`)).status).toBe(202)
  await world.send()
  await expect
    .poll(() => world.sent.map(({ id, body }) => [id, body]))
    .toEqual([
      [first?.id, first?.body],
      [first?.id, first?.body],
    ])
})

it('pages the log, newest first', async () => {
  const { webhookId } = await world.make('ann')
  for (let i = 0; i < 5; i++) await world.announce(news(`k${i}`, 'x'))
  const seen: string[] = []
  let before = ''
  do {
    const { body } = await world.ask('GET', `/${webhookId}/deliveries?limit=2${before}`)
    seen.push(...(body['deliveries'] as { messageId: string }[]).map(({ messageId }) => messageId))
    before = body['nextBefore'] === undefined ? '' : `&before=${body['nextBefore'] as string}`
  } while (before !== '')
  const rows = await database.query<{ message_id: string }>(
    'SELECT message_id FROM webhooks.deliveries ORDER BY seq DESC',
  )
  expect(seen).toEqual(rows.map((row) => row.message_id))
})
