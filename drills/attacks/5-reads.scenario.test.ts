import { verifyReceipt } from '@species/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Receipt as ContractReceipt } from '@species/contracts'
import { AttackStage, type Name, type Receipt, newId } from './attack-stage.ts'

/** All that an answer tells: its readable part, what is open under the signature, and each disclosure. */
function toldIn({ receipt, jws }: { receipt: unknown; jws: string }): string {
  const [jwt = '', ...disclosures] = jws.split('~')
  const signed = [jwt.split('.')[1] ?? '', ...disclosures].map((part) => Buffer.from(part, 'base64url').toString())
  return [JSON.stringify(receipt), ...signed].join('\n')
}

let stage: AttackStage
let bought: Receipt
const eventId = newId()
beforeAll(async () => {
  stage = await AttackStage.start()
  await stage.buy('alice', 100)
  bought = await stage.trade('alice', { eventId, to: 'bob', amount: 5 })
})
afterAll(() => stage.endWell())

test('a receipt is read by its owner and every party under one signature, and does not exist for others', async () => {
  const { alice, bob, carol } = stage.players
  const [signed] = (await alice.client.getReceipt(eventId)).jws.split('~')
  expect((await bob.client.getReceipt(bought.receiptId)).jws.split('~')[0]).toBe(signed)
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

test('every stored receipt, read as every other party, tells nothing that the API would refuse them', async () => {
  const names = Object.keys(stage.players) as Name[]
  const readAs = (reader: Name) => stage.players[reader].client
  await stage.buy('alice', 20)
  await stage.buy('bob', 20)
  await stage.buy('carol', 20)
  for (const seller of ['bob', 'carol'] as const) await stage.sell(seller, 3, '0.5')
  const proof = await stage.pay('alice', '9')
  const purchase = await stage.trade('alice', { to: 'market', amount: 6, payWith: { chain: 'ETH', proof } })
  expect(purchase).toMatchObject({ status: 'COMPLETED', fills: [{ seller: 'bob' }, { seller: 'carol' }] })

  const ids = new Set<string>()
  for (const name of names) {
    const { transactions } = (await readAs(name).transactions(name, { limit: 200 })) as unknown as {
      transactions: { receiptId?: string }[]
    }
    for (const { receiptId } of transactions) if (receiptId !== undefined) ids.add(receiptId)
  }
  const sharedWith: string[] = []
  for (const id of ids) {
    for (const reader of names) {
      const shown = await readAs(reader)
        .getReceipt(id)
        .catch((error: unknown) => {
          expect(error).toMatchObject({ status: 404 })
          return undefined
        })
      if (!shown || shown.receipt['owner'] === reader) continue
      sharedWith.push(`${String(shown.receipt['intent'])} ${reader}`)
      const { owner, parties, fills } = shown.receipt as unknown as ContractReceipt
      expect(parties.filter((party) => party.species ?? party.usdt).map((party) => party.onliId)).toEqual([reader])
      expect(parties.map((party) => party.onliId)).toEqual([owner, reader])
      expect(fills.filter((fill) => fill.seller !== reader)).toEqual([])
      const said = toldIn(shown)
      for (const secret of ['"0x', 'payment:', '"price"', '"paidFrom"', '"payments"', '"fromVault"', '"reason"'])
        expect(said).not.toContain(secret)
    }
  }
  expect(new Set(sharedWith)).toEqual(new Set(['TRANSFER bob', 'BUY_MARKET bob', 'BUY_MARKET carol']))
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
  const [jwt = '', ...disclosures] = jws.split('~').slice(0, -1)
  const [header = '', payload = '', signature = ''] = jwt.split('.')
  const parts = [header, payload, signature, ...disclosures].map((part) => Buffer.from(part, 'base64url'))
  for (const [which, part] of parts.entries()) {
    for (let at = 0; at < part.length; at += 7) {
      const forged = parts.map((one) => Buffer.from(one))
      const byte = forged[which]?.[at] ?? 0
      forged[which]?.writeUInt8(byte ^ 1, at)
      const texts = forged.map((one) => one.toString('base64url'))
      const text = [texts.slice(0, 3).join('.'), ...texts.slice(3), ''].join('~')
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
