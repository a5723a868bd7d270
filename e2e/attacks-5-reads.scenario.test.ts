import { verifyReceipt } from '@species/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AttackStage, type Receipt, newId } from './attack-stage.ts'

let stage: AttackStage
let bought: Receipt
const eventId = newId()
beforeAll(async () => {
  stage = await AttackStage.start()
  await stage.buy('alice', 100)
  bought = await stage.trade('alice', { eventId, to: 'bob', amount: 5 })
})
afterAll(() => stage.endWell())

test('a receipt is read by its owner and every party, and does not exist for others', async () => {
  const { alice, bob, carol } = stage.players
  const { jws } = await alice.client.getReceipt(eventId)
  expect((await bob.client.getReceipt(bought.receiptId)).jws).toBe(jws)
  for (const [player, id] of [
    [carol, bought.receiptId],
    [carol, eventId],
    [bob, eventId],
  ] as const)
    await expect(player.client.getReceipt(id)).rejects.toMatchObject({ status: 404, code: 'not_found' })
  await expect(carol.client.getEvent(eventId)).rejects.toMatchObject({ status: 404 })
  const stream = `/marketplace/v1/events/${eventId}/stream`
  expect((await stage.send('GET', stream, undefined, { key: carol.key })).status).toBe(404)
})

test('nobody reads what another has or did', async () => {
  const { client } = stage.players.carol
  const refusal = { status: 403, code: 'not_your_account' }
  await expect(client.balance('alice')).rejects.toMatchObject(refusal)
  await expect(client.transactions('alice')).rejects.toMatchObject(refusal)
})

test.each([
  ['GET', '/admin/v1/doctor'],
  ['GET', '/admin/v1/config'],
  ['GET', '/admin/v1/accounts'],
  ['GET', '/admin/v1/reviews'],
  ['GET', '/admin/v1/dead-letters'],
  ['GET', '/admin/v1/users/alice'],
  ['POST', '/admin/v1/reconciliations'],
])('%s %s is for operators alone', async (method, path) => {
  const answer = await stage.send(method, path, undefined, { key: stage.players.alice.key })
  expect([answer.status, answer.body['code']]).toEqual([403, 'forbidden'])
  expect((await stage.send(method, path, undefined)).status).toBe(401)
})

test.each([
  ['balance', '/marketplace/v1/users/alice/balance'],
  ['statement', '/marketplace/v1/users/alice/transactions'],
  ['listings', '/marketplace/v1/listings'],
  ['receipt', `/marketplace/v1/receipts/${eventId}`],
])('the %s is not sent again to who has it, and is when it has changed', async (what, path) => {
  const { key } = stage.players.alice
  const first = await stage.send('GET', path, undefined, { key })
  const etag = first.headers.get('etag') ?? ''
  expect([first.status, etag]).toEqual([200, expect.stringMatching(/^"[^"]+"$/) as string])
  const again = await stage.send('GET', path, undefined, { key, headers: { 'if-none-match': etag } })
  expect([again.status, again.body]).toEqual([304, { text: '' }])
  const other = await stage.send('GET', path, undefined, { key, headers: { 'if-none-match': '"another"' } })
  expect(other.status).toBe(200)
  if (what === 'receipt') return
  await stage.sell('alice', 1, '1')
  const changed = await stage.send('GET', path, undefined, { key, headers: { 'if-none-match': etag } })
  expect([changed.status, changed.headers.get('etag') === etag]).toEqual([200, false])
})

test('pages show every line of a statement once, also when new ones come in between', async () => {
  const { client } = stage.players.alice
  type Page = { transactions: { transferId: string; account: string; asset: string }[]; nextCursor?: string }
  const lineOf = (line: object): string => JSON.stringify(line)
  const whole = ((await client.transactions('alice', { limit: 200 })) as unknown as Page).transactions.map(lineOf)
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const page = (await client.transactions('alice', { limit: 2, cursor })) as unknown as Page
    seen.push(...page.transactions.map(lineOf))
    if (cursor === undefined) await stage.trade('alice', { to: 'bob', amount: 1 })
    cursor = page.nextCursor
  } while (cursor !== undefined)
  expect(seen).toEqual(whole)
  expect(new Set(seen).size).toBe(whole.length)
})

test('pages show every open listing once', async () => {
  for (const price of ['3', '2', '3', '2.5', '2']) await stage.sell('alice', 1, price)
  const { client } = stage.players.bob
  type Page = { listings: { listingId: string; unitPrice: string }[]; nextCursor?: string }
  const whole = ((await client.listings({ limit: 200 })) as unknown as Page).listings
  const seen: Page['listings'] = []
  let cursor: string | undefined
  do {
    const page = (await client.listings({ limit: 2, cursor })) as unknown as Page
    seen.push(...page.listings)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  expect(seen).toEqual(whole)
  expect(new Set(seen.map((one) => one.listingId)).size).toBe(whole.length)
  const prices = seen.map((one) => Number(one.unitPrice))
  expect(prices).toEqual([...prices].sort((one, other) => one - other))
})

test.each(['nonsense', 'WyIxIl0', 'WyIxOyBEUk9QIFRBQkxFIl0', '%00', 'W10'])(
  'the cursor %s is refused',
  async (cursor) => {
    await expect(stage.players.alice.client.listings({ cursor })).rejects.toMatchObject({ code: 'invalid_request' })
  },
)

test('a receipt verifies offline, and with any one byte changed it does not', async () => {
  const { jws, receipt } = await stage.players.alice.client.getReceipt(eventId)
  const keys = (await (await fetch(`${stage.baseUrl}/.well-known/jwks.json`)).json()) as Parameters<
    typeof verifyReceipt
  >[1]
  expect(await verifyReceipt(jws, keys)).toEqual(receipt)
  expect(receipt).toMatchObject({ sandbox: true, status: 'COMPLETED', units: '5' })
  const [header = '', payload = '', signature = ''] = jws.split('.')
  const parts = [header, payload, signature].map((part) => Buffer.from(part, 'base64url'))
  for (const [which, part] of parts.entries()) {
    for (let at = 0; at < part.length; at += 7) {
      const forged = parts.map((one) => Buffer.from(one))
      const byte = forged[which]?.[at] ?? 0
      forged[which]?.writeUInt8(byte ^ 1, at)
      const text = forged.map((one) => one.toString('base64url')).join('.')
      await expect(verifyReceipt(text, keys), `part ${which}, byte ${at}`).rejects.toMatchObject({
        code: 'receipt_invalid',
      })
    }
  }
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
  await expect(verifyReceipt(unsigned, keys)).rejects.toMatchObject({ code: 'receipt_invalid' })
  const { keys: noKeys } = { keys: { keys: [] } }
  await expect(verifyReceipt(jws, noKeys)).rejects.toMatchObject({ code: 'receipt_invalid' })
})

test('the stream shows the states of an event and ends with its end', async () => {
  const id = newId()
  await stage.control('/faults', { partner: 'onli', operation: 'ChangeOwner', kind: 'latency', ms: 1_000, times: 1 })
  const { client, key } = stage.players.alice
  await client.submitEvent({ eventId: id, from: 'alice', to: 'bob', amount: 1 })
  const answer = await stage.send('GET', `/marketplace/v1/events/${id}/stream`, undefined, { key })
  expect(answer.headers.get('content-type')).toContain('text/event-stream')
  const states = [...String(answer.body['text']).matchAll(/^event: state\ndata: \{"state":"(\w+)"\}$/gm)].map(
    (one) => one[1],
  )
  expect(states.length).toBeGreaterThan(1)
  expect(states.at(-1)).toBe('completed')
  expect(new Set(states).size).toBe(states.length)
  const after = await stage.send('GET', `/marketplace/v1/events/${id}/stream`, undefined, { key })
  expect(String(after.body['text'])).toBe('event: state\ndata: {"state":"completed"}\n\n')
})
