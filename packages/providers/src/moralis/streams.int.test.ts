import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ChainHint, ChainStreams } from '@species/contracts'
import { Secret } from '@species/platform'
import { type Sandbox, startSandbox } from '@species/sandbox'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createMoralisStream, createMoralisStreams } from '../index.ts'

const alice = `0x${'11'.repeat(20)}`
const shop = `0x${'22'.repeat(20)}`
const key = 'stream-secret-1'

let sandbox: Sandbox
let server: Server
let streams: ChainStreams
let hints: { hint: ChainHint; confirmed: string | undefined; body: string }[] = []
let answer = 200
const reader = createMoralisStream(new Secret(key))

beforeEach(async () => {
  hints = []
  answer = 200
  sandbox = await startSandbox({ httpPort: 0, grpcPort: 0 })
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const hint = reader.read(body, { get: (name) => String(request.headers[name] ?? '') })
      const confirmed = /"confirmed":(true|false)/.exec(body)?.[1]
      hints.push({ hint, confirmed, body })
      response.writeHead(answer).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  streams = clientTo(webhookUrl())
})
afterEach(async () => {
  server.close()
  await sandbox.close()
})

const webhookUrl = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/moralis`
const clientTo = (url: string): ChainStreams =>
  createMoralisStreams({
    baseUrl: `${sandbox.httpUrl}/streams`,
    apiKey: new Secret(key),
    timeoutMs: 2_000,
    webhookUrl: url,
  })
async function order(path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${sandbox.httpUrl}/control${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return (await response.json()) as Record<string, unknown>
}
const pay = async (to = shop): Promise<string> =>
  String((await order('/chains/ETH/transfers', { token: 'USDT', from: alice, to, amount: '5' }))['hash'])
const watched = async (): Promise<string> => {
  const made = await streams.create('ETH')
  if (made.kind !== 'yes') throw new Error(JSON.stringify(made))
  expect(await streams.add(made.value.id, [shop])).toMatchObject({ kind: 'yes' })
  hints = []
  return made.value.id
}
const kinds = (): string[] => hints.map(({ hint, confirmed }) => `${hint.kind} ${String(confirmed)}`)
const heard = async (count: number): Promise<void> => {
  await vi.waitFor(
    () => {
      expect(hints.length).toBeGreaterThanOrEqual(count)
    },
    { timeout: 10_000, interval: 50 },
  )
}

describe('the streams of a marketplace', () => {
  test('are made after a test delivery, found, given addresses, and deleted', async () => {
    const made = await streams.create('ETH')
    expect(kinds()).toEqual(['test true'])
    if (made.kind !== 'yes') throw new Error(JSON.stringify(made))
    const { id } = made.value
    const all = Array.from({ length: 230 }, (_, n) => `0x${n.toString(16).padStart(40, '0')}`)
    for (let from = 0; from < 230; from += 100) await streams.add(id, all.slice(from, from + 100))
    expect(await streams.drop(id, all.slice(0, 5))).toMatchObject({ kind: 'yes' })
    expect(await streams.addresses(id)).toEqual({ kind: 'yes', value: all.slice(5) })
    expect(await streams.list()).toEqual({ kind: 'yes', value: [{ id, chain: 'ETH', isActive: true }] })
    await streams.remove(id)
    expect(await streams.list()).toEqual({ kind: 'yes', value: [] })
  })

  test('are not made where the test delivery is not answered, and others’ are not seen', async () => {
    answer = 500
    expect(await streams.create('ETH')).toMatchObject({ kind: 'unknown' })
    answer = 200
    await clientTo(`${webhookUrl()}/of-another`).create('ETH')
    expect(await streams.list()).toEqual({ kind: 'yes', value: [] })
  })

  test.each(['garbage', 'html'])('answered with %s are unknown, not absent', async (how) => {
    await order('/faults', { partner: 'streams', kind: 'wrong', how, operation: 'stream' })
    expect(await streams.list()).toMatchObject({ kind: 'unknown' })
  })
})

describe('deliveries', () => {
  test('come at inclusion and when the block is confirmed, and name the payment', async () => {
    await watched()
    const hash = await pay()
    await heard(1)
    await order('/chains/ETH/blocks', { count: 12 })
    await heard(2)
    expect(kinds()).toEqual(['look false', 'look true'])
    const look = { kind: 'look', chain: 'ETH', addresses: [shop], payments: [{ toAddress: shop, hash }] }
    expect(hints.map(({ hint }) => hint)).toEqual([look, look])
  })

  test('of a payment that a reorganisation took away are never confirmed', async () => {
    await watched()
    await pay()
    await heard(1)
    await order('/chains/ETH/reorg', { depth: 1 })
    const second = await pay()
    await order('/chains/ETH/blocks', { count: 20 })
    await heard(3)
    expect(hints.filter(({ confirmed }) => confirmed === 'true').map(({ hint }) => hint)).toMatchObject([
      { payments: [{ hash: second }] },
    ])
  })

  test('that are forged, cut off, or of another stream change nothing; repeats and replays say the same', async () => {
    await watched()
    for (const how of ['forged', 'garbage', 'unknown_stream']) {
      await order('/faults', { partner: 'streams', kind: 'wrong', how, operation: 'deliver', times: 1 })
      const before = hints.length
      await pay()
      await heard(before + 1)
    }
    expect(hints.map(({ hint }) => hint.kind)).toEqual(['forged', 'forged', 'unknown_stream'])
    await order('/faults', { partner: 'streams', kind: 'duplicate', times: 1 })
    await pay()
    await heard(5)
    expect(hints[4]?.hint).toEqual(hints[3]?.hint)
    await order('/streams/replay', {})
    expect(hints.length).toBeGreaterThanOrEqual(10)
    expect(hints.at(-1)?.body).toBe(hints[4]?.body)
  })

  test('come in another order, and again after a failure', async () => {
    await watched()
    await order('/faults', { partner: 'streams', kind: 'wrong', how: 'reorder', operation: 'deliver', times: 1 })
    await pay()
    await order('/chains/ETH/blocks', { count: 20 })
    await heard(2)
    expect(kinds()).toEqual(['look true', 'look false'])
    answer = 503
    await pay()
    await heard(3)
    answer = 200
    await heard(4)
    expect(JSON.parse(hints[3]?.body ?? '{}')).toMatchObject({ retries: 1 })
  })
})
