import type { Chain, ChainReader, ChainTransaction } from '@species/contracts'
import type { Outcome } from '@species/kernel'
import { Secret, createMetrics, systemClock } from '@species/platform'
import { type Sandbox, startSandbox } from '@species/sandbox'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createMoralisChainReader, createTronChainReader } from './index.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox({ httpPort: 0, grpcPort: 0, keys: { moralis: 'right', tron: 'right' } })
})
afterAll(() => sandbox.close())
afterEach(() => control('/faults', undefined, 'DELETE'))

async function control(path: string, body?: object, method = 'POST'): Promise<Record<string, unknown>> {
  const response = await fetch(`${sandbox.httpUrl}/control${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  if (!response.ok) throw new Error(await response.text())
  return (await response.json()) as Record<string, unknown>
}

// A new reader each time: a breaker that an earlier fault has opened would answer instead of the partner.
const timeoutMs = 400
const moralis = (key = 'right'): ChainReader =>
  createMoralisChainReader({
    baseUrl: `${sandbox.httpUrl}/moralis/`,
    apiKey: new Secret(key),
    timeoutMs,
    clock: systemClock,
  })
const tron = (key = 'right'): ChainReader =>
  createTronChainReader({ baseUrl: `${sandbox.httpUrl}/tron`, apiKey: new Secret(key), timeoutMs })

const partners = [
  {
    partner: 'moralis',
    chain: 'ETH' as Chain,
    reader: moralis,
    from: '0x1111111111111111111111111111111111111111',
    to: '0x5ec1e55ec1e55ec1e55ec1e55ec1e55ec1e50001',
    more: 11,
  },
  {
    partner: 'tron',
    chain: 'TRON' as Chain,
    reader: tron,
    from: 'TJcEoDhS5UNbnR6zw6wF21FSbdBro4kxNe',
    to: 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t',
    more: 18,
  },
] as const

describe.each(partners)('$partner', ({ partner, chain, reader, from, to, more }) => {
  const transfer = { token: 'USDT', from, to, amount: '12.5' }
  const pay = async (wish: object = {}): Promise<string> => {
    const { hash } = await control(`/chains/${chain}/transfers`, { ...transfer, ...wish })
    await control(`/chains/${chain}/blocks`, { count: more })
    return String(hash)
  }
  const read = (hash: string, key?: string): Promise<Outcome<ChainTransaction>> => reader(key).transaction(chain, hash)
  const amounts = (outcome: Outcome<ChainTransaction>): bigint[] =>
    outcome.kind === 'yes' ? outcome.value.transfers.map((one) => one.rawValue) : []

  test.each([
    ['is slower than we wait', { kind: 'latency', ms: 5_000 }],
    ['fails', { kind: 'error', status: 500 }],
    ['has had enough of us', { kind: 'error', status: 429 }],
    ['locks us out', { kind: 'error', status: 403 }],
    ['says that our question is wrong', { kind: 'error', status: 400 }],
    ['is down', { kind: 'down' }],
    ['answers half a sentence', { kind: 'wrong', how: 'garbage' }],
    ['answers with a page', { kind: 'wrong', how: 'html' }],
  ])('that %s is unknown, and right again afterwards', async (_name, fault) => {
    const hash = await pay()
    await control('/faults', { partner, ...fault })
    expect((await read(hash)).kind).toBe('unknown')
    await control('/faults', undefined, 'DELETE')
    expect(amounts(await read(hash))).toEqual([12_500_000n])
  })

  test('that slips once is asked again', async () => {
    const hash = await pay()
    await control('/faults', { partner, kind: 'down', times: 1 })
    expect((await read(hash)).kind).toBe('yes')
  })

  test('without our key gives no answer', async () => {
    expect((await read(await pay(), 'wrong')).kind).toBe('unknown')
  })

  test('without a receipt is not yet, neither a success nor a failure', async () => {
    const hash = await pay()
    await control('/faults', { partner, kind: 'wrong', how: 'no_receipt' })
    expect((await read(hash)).kind).toBe('not_yet')
  })

  test('that knows no such transaction says not yet, in both of its ways', async () => {
    for (const last of ['a', 'b']) {
      const hash = `${chain === 'TRON' ? '' : '0x'}${'0'.repeat(63)}${last}`
      expect(await read(hash)).toEqual({ kind: 'not_yet', reason: 'not_found' })
    }
  })

  test('that tells every log twice tells of one payment', async () => {
    const hash = await pay()
    await control('/faults', { partner, kind: 'duplicate' })
    expect(amounts(await read(hash))).toEqual([12_500_000n])
  })

  test('shows two payments that are alike as two', async () => {
    expect(amounts(await read(await pay({ transfers: [transfer] })))).toEqual([12_500_000n, 12_500_000n])
  })

  test('shows what failed as failed, and what is no transfer as none', async () => {
    expect(await read(await pay({ status: 'failed' }))).toMatchObject({ kind: 'yes', value: { succeeded: false } })
    for (const event of ['Approval', 'none']) {
      expect(await read(await pay({ event }))).toMatchObject({ kind: 'yes', value: { succeeded: true, transfers: [] } })
    }
  })
})

describe('a reader', () => {
  test('of the EVM chains takes an old height for too few confirmations', async () => {
    const { from, to } = partners[0]
    const { hash } = await control('/chains/ETH/transfers', { token: 'USDT', from, to, amount: '1' })
    await control('/faults', { partner: 'moralis', kind: 'wrong', how: 'stale_height' })
    expect(await moralis().transaction('ETH', String(hash))).toMatchObject({ kind: 'yes', value: { confirmations: 0 } })
  })

  test('of the EVM chains does not take a node that lags for a reorganisation', async () => {
    const { from, to } = partners[0]
    const { hash, blockNumber } = await control('/chains/ETH/transfers', { token: 'USDT', from, to, amount: '1' })
    const read = async (): Promise<string> =>
      (await moralis().transaction('ETH', String(hash), Number(blockNumber))).kind
    const notFound = { partner: 'moralis', kind: 'wrong', how: 'not_found', operation: 'transaction' }
    await control('/faults', notFound)
    expect(await read()).toBe('not_yet')
    await control('/faults', { partner: 'moralis', kind: 'wrong', how: 'stale_height' })
    expect(await read()).toBe('unknown')
  })

  test('does not find a hash on another chain', async () => {
    const { from, to } = partners[0]
    const { hash } = await control('/chains/ETH/transfers', { token: 'USDT', from, to, amount: '1' })
    expect((await moralis().transaction('POLYGON', String(hash))).kind).toBe('not_yet')
  })

  test('answers for its own chains only', async () => {
    expect((await moralis().transaction('TRON', 'a'.repeat(64))).kind).toBe('unknown')
    expect([moralis().chains, tron().chains].flat().sort()).toEqual(['BSC', 'ETH', 'POLYGON', 'TRON'])
  })

  test('counts the time of its partner by what came of it', async () => {
    const metrics = createMetrics()
    const reader = createTronChainReader({ baseUrl: 'http://127.0.0.1:9', timeoutMs, metrics })
    await reader.transaction('TRON', 'a'.repeat(64))
    const labels = (await metrics.partnerSeconds.get()).values.map((value) => value.labels)
    expect(labels).toContainEqual(expect.objectContaining({ partner: 'tron', call: 'transaction', outcome: 'unknown' }))
  })
})
