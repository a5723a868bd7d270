import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { verifyWebhook } from './webhook.ts'

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
const nowMs = Date.UTC(2026, 0, 1)
const body = '{"type":"event.completed","timestamp":"2026-01-01T00:00:00.000Z","data":{"eventId":"event-0001"}}'
const sign = (id: string, seconds: number, text: string, by = 7): string =>
  `v1,${createHmac('sha256', Buffer.alloc(24, by)).update(`${id}.${seconds}.${text}`).digest('base64')}`

const call = ({
  seconds = nowMs / 1_000,
  signature = sign('msg_1', seconds, body),
  text = body,
  id = 'msg_1',
} = {}) => ({
  headers: { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': signature },
  body: text,
})
const now = (): number => nowMs

it('a call that the marketplace signed is read, also while two secrets are in force', async () => {
  const both = `${sign('msg_1', nowMs / 1_000, body, 9)} ${sign('msg_1', nowMs / 1_000, body)}`
  for (const signed of [call(), call({ signature: both })])
    expect(await verifyWebhook(signed, secret, { now })).toMatchObject({
      id: 'msg_1',
      type: 'event.completed',
      data: { eventId: 'event-0001' },
    })
  const headers = new Headers(call().headers)
  expect(await verifyWebhook({ headers, body }, secret, { now })).toMatchObject({ id: 'msg_1' })
})

it.each([
  ['with another body', call({ text: body.replace('0001', '0002') })],
  ['under another id', call({ id: 'msg_2' })],
  ['that is old', call({ seconds: nowMs / 1_000 - 301 })],
  ['of the future', call({ seconds: nowMs / 1_000 + 301 })],
  ['that another signed', call({ signature: sign('msg_1', nowMs / 1_000, body, 9) })],
  ['without a signature', call({ signature: '' })],
  ['with rubbish as signature', call({ signature: 'v1,%%% v2,AAAA v1a,AAAA' })],
])('a call %s is refused', async (_what, signed) => {
  await expect(verifyWebhook(signed, secret, { now })).rejects.toMatchObject({ code: 'webhook_invalid' })
})
