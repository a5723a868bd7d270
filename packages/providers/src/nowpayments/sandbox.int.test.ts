import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CustodianPort, CustodyHint, CustodyPayment } from '@species/contracts'
import { chains } from '@species/contracts'
import { Secret } from '@species/platform'
import { type Sandbox, startSandbox } from '@species/sandbox'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createNowPayments, createNowPaymentsIpn } from '../index.ts'

const key = 'ipn-secret-1'
const reader = createNowPaymentsIpn(new Secret(key))

let sandbox: Sandbox
let server: Server
let partner: CustodianPort
let hints: { hint: CustodyHint; body: Record<string, unknown> }[]
beforeEach(async () => {
  hints = []
  sandbox = await startSandbox({ httpPort: 0, grpcPort: 0 })
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      const hint = reader.read(text, { get: (name) => String(request.headers[name] ?? '') })
      hints.push({ hint, body: text.endsWith('}') ? (JSON.parse(text) as Record<string, unknown>) : {} })
      response.writeHead(200).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  partner = createNowPayments({
    baseUrl: `${sandbox.httpUrl}/nowpayments/v1`,
    apiKey: new Secret(key),
    timeoutMs: 2_000,
    ipnUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/nowpayments`,
  })
})
afterEach(async () => {
  server.close()
  await sandbox.close()
})

async function order(path: string, body: object): Promise<unknown> {
  const response = await fetch(`${sandbox.httpUrl}/control${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return await response.json()
}
const lying = (how: string, operation: string): Promise<unknown> =>
  order('/faults', { partner: 'nowpayments', kind: 'wrong', how, operation, times: 1 })
async function made(chain: 'ETH' | 'TRON' = 'ETH', amountMicro = 10_050_001n): Promise<CustodyPayment> {
  const outcome = await partner.create({ orderId: 'qt_1', chain, amountMicro }, 'alice')
  if (outcome.kind !== 'yes') throw new Error(JSON.stringify(outcome))
  return outcome.value
}
/** Pays on the page of the payment, as a person does. */
async function pay({ paymentId }: CustodyPayment, how = 'exact'): Promise<void> {
  const url = `${sandbox.httpUrl}/nowpayments/pay/${paymentId}`
  expect(await (await fetch(url)).text()).toContain('Status: ')
  const body = new URLSearchParams({ how })
  expect((await fetch(url, { method: 'POST', body, redirect: 'manual' })).status).toBe(303)
}
const statuses = (): unknown[] => hints.map(({ body }) => body['payment_status'])
async function heard(status: string): Promise<void> {
  await vi.waitFor(
    () => {
      expect(statuses()).toContain(status)
    },
    { timeout: 15_000, interval: 50 },
  )
}

describe('a payment at NOWPayments', () => {
  test.each(chains)('is made in the USDT of %s, of exactly the amount, and read again', async (chain) => {
    const outcome = await partner.create({ orderId: 'qt_1', chain, amountMicro: 123_456_789_000_001n }, 'alice')
    expect(outcome).toMatchObject({
      kind: 'yes',
      value: { status: 'waiting', orderId: 'qt_1', chain, amountMicro: 123_456_789_000_001n },
    })
    if (outcome.kind !== 'yes') return
    expect(await partner.read(outcome.value.paymentId)).toMatchObject({
      kind: 'yes',
      value: { paymentId: outcome.value.paymentId, payAddress: outcome.value.payAddress, chain },
    })
  })

  test('that is too small is refused; one that is unknown is unknown', async () => {
    expect(await partner.create({ orderId: 'qt_1', chain: 'ETH', amountMicro: 1n }, 'alice')).toMatchObject({
      kind: 'no',
    })
    expect(await partner.read('1')).toMatchObject({ kind: 'unknown' })
  })

  test.each([
    ['garbage', 'unknown'],
    ['html', 'unknown'],
  ])('answered with %s is %s', async (how, kind) => {
    await lying(how, 'payment')
    expect(await partner.create({ orderId: 'qt_1', chain: 'ETH', amountMicro: 5_000_000n }, 'a')).toMatchObject({
      kind,
    })
  })

  test('shows what it says falsely as it says it, so that it can be refused; and no other payment for one', async () => {
    await lying('amount', 'payment')
    expect(await made()).toMatchObject({ amountMicro: undefined })
    await lying('currency', 'payment')
    expect(await made()).toMatchObject({ chain: undefined })
    await lying('order', 'payment')
    expect(await made()).toMatchObject({ orderId: 'of-another' })
    const payment = await made()
    await lying('other', 'status')
    expect(await partner.read(payment.paymentId)).toMatchObject({ kind: 'unknown' })
  })
})

describe('notifications', () => {
  test('tell of each step of a payment that is paid on its page', async () => {
    const payment = await made()
    await pay(payment)
    await heard('confirming')
    await order('/chains/ETH/blocks', { count: 5 })
    await heard('finished')
    expect(statuses()).toEqual(['confirming', 'confirmed', 'sending', 'finished'])
    for (const { hint } of hints) expect(hint).toMatchObject({ kind: 'look', paymentId: payment.paymentId })
  })

  test('tell of one that is short, of a repeated deposit with its parent, and of every status there is', async () => {
    const payment = await made('TRON')
    await pay(payment, 'short')
    await heard('confirming')
    await order('/chains/TRON/blocks', { count: 5 })
    await heard('partially_paid')
    await pay(payment)
    await heard('finished')
    expect(hints.at(-1)?.hint).toMatchObject({ kind: 'look', parentPaymentId: payment.paymentId })
    for (const status of ['failed', 'refunded', 'expired']) {
      await order(`/nowpayments/${payment.paymentId}`, { status })
      await heard(status)
      expect(await partner.read(payment.paymentId)).toMatchObject({ value: { status } })
    }
  })

  test('that are forged, cut off, or signed in the emptied form are forged; repeats and replays say the same', async () => {
    const payment = await made()
    for (const how of ['forged', 'garbage', 'emptied']) {
      await lying(how, 'ipn')
      const before = hints.length
      await order(`/nowpayments/${payment.paymentId}`, { status: 'failed' })
      await vi.waitFor(() => {
        expect(hints.length).toBeGreaterThan(before)
      })
      expect(hints[before]?.hint).toEqual({ kind: 'forged' })
    }
    await order('/faults', { partner: 'nowpayments', kind: 'duplicate', operation: 'ipn', times: 1 })
    const before = hints.length
    await order(`/nowpayments/${payment.paymentId}`, { status: 'refunded' })
    await vi.waitFor(() => {
      expect(hints.length).toBe(before + 2)
    })
    expect(hints[before]).toEqual(hints[before + 1])
    expect(await order('/nowpayments/replay', {})).toMatchObject({ replayed: before + 2 })
    expect(hints.at(-1)).toEqual(hints[before])
  })
})
