import { createHmac } from 'node:crypto'
import { Secret } from '@species/platform'
import { expect, test } from 'vitest'
import { createNowPaymentsIpn } from './ipn.ts'

const ipn = createNowPaymentsIpn(new Secret('ipn-secret-1'))
const read = (body: string, signature: string) => ipn.read(body, new Headers({ 'x-nowpayments-sig': signature }))
const hmac = (text: string): string => createHmac('sha512', 'ipn-secret-1').update(text).digest('hex')
/** Made with another implementation. */
const vector =
  '{"payment_id":5077125051,"payment_status":"finished","price_amount":1000,"fee":{"withdrawalFee":0,"currency":"usdttrc20","depositFee":0.5},"actually_paid":1000.25,"order_id":"evt-1"}'
const signature =
  'b68b6f60642ad6a6b0d94f5e0f0a6d8e9a27502c3027b26d09844697591dbb1eaae7218b60e5df4356efe69b5dcc77a839bdf2fbe9145271ecc941cab09979e3'
const look = { kind: 'look', paymentId: '5077125051', parentPaymentId: undefined }

test('a notification counts with the signature over its keys sorted at every level, however it is laid out', () => {
  expect(read(vector, signature)).toEqual(look)
  expect(read(JSON.stringify(JSON.parse(vector), undefined, 2), signature)).toEqual(look)
  expect(read(vector, signature.toUpperCase())).toEqual(look)
})

test.each([
  ['another body', vector.replace('1000.25', '1000.26'), signature],
  ['another nested value', vector.replace('"depositFee":0.5', '"depositFee":9'), signature],
  ['no signature', vector, ''],
  ['half a signature', vector, signature.slice(0, 64)],
  ['text that is no JSON', vector.slice(0, -1), signature],
  ['an empty body', '', hmac('')],
])('%s is forged', (_what, body, given) => {
  expect(read(body, given)).toEqual({ kind: 'forged' })
})

test('the form that empties what is nested is forged: it would leave that unsigned', () => {
  const emptied =
    '{"actually_paid":1000.25,"fee":{},"order_id":"evt-1","payment_id":5077125051,"payment_status":"finished","price_amount":1000}'
  expect(hmac(emptied).slice(0, 8)).toBe('45d1f685')
  expect(read(vector, hmac(emptied))).toEqual({ kind: 'forged' })
})

test('numbers count as they were written and as JavaScript writes them', () => {
  const body = '{"payment_id":1,"pay_amount":10.0,"fee":1e-7}'
  expect(read(body, hmac('{"fee":1e-7,"pay_amount":10.0,"payment_id":1}'))).toMatchObject({ kind: 'look' })
  expect(read(body, hmac('{"fee":1e-7,"pay_amount":10,"payment_id":1}'))).toMatchObject({ kind: 'look' })
})

test('a repeated deposit names the payment before it; another secret signs nothing', () => {
  const body = '{"parent_payment_id":7,"payment_id":8}'
  expect(read(body, hmac(body))).toEqual({ kind: 'look', paymentId: '8', parentPaymentId: '7' })
  expect(
    createNowPaymentsIpn(new Secret('other')).read(vector, new Headers({ 'x-nowpayments-sig': signature })),
  ).toEqual({ kind: 'forged' })
  expect(read('{"a":1}', hmac('{"a":1}'))).toEqual({ kind: 'unreadable' })
})
