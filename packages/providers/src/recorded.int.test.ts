import { readFileSync } from 'node:fs'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Chain } from '@species/contracts'
import { Secret, systemClock } from '@species/platform'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMoralisChainReader, createTronChainReader } from './index.ts'

interface Recorded {
  chain: Chain
  hash: string
  block?: number
  logs?: { address: string; topics: string[]; data: string; logIndex: number | null }[]
  transactionInfo?: { id: string }
  expect: { amountMicroUsdt?: string; transfers?: string[] }
}
const { real } = JSON.parse(readFileSync(new URL('../fixtures/usdt-transfers.json', import.meta.url), 'utf8')) as {
  real: Recorded[]
}

/** Answers with whatever the test says, in the partners' own shapes. */
let server: Server
let answers = new Map<string, { status: number; body: string }>()
let url = ''
beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const asked =
        request.method === 'POST'
          ? (JSON.parse(Buffer.concat(chunks).toString()) as { value: string }).value
          : (request.url ?? '')
      const { status, body } = answers.get(asked) ?? { status: 404, body: '{"message":"null"}' }
      response.writeHead(status, { 'content-type': 'application/json' }).end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
})

const chainName: Readonly<Record<string, string>> = { ETH: 'eth', BSC: 'bsc', POLYGON: 'polygon' }
const moralis = (): ReturnType<typeof createMoralisChainReader> =>
  createMoralisChainReader({ baseUrl: url, apiKey: new Secret('k'), timeoutMs: 2_000, clock: systemClock })
const tron = (): ReturnType<typeof createTronChainReader> => createTronChainReader({ baseUrl: url, timeoutMs: 2_000 })

function moralisBody(recorded: Recorded, change: Record<string, unknown> = {}): string {
  const logs = (recorded.logs ?? []).map((log, index) => ({
    log_index: String(log.logIndex ?? index),
    address: log.address,
    topic0: log.topics[0],
    topic1: log.topics[1],
    topic2: log.topics[2],
    topic3: null,
    data: log.data,
    transaction_hash: recorded.hash,
  }))
  return JSON.stringify({
    hash: recorded.hash,
    receipt_status: '1',
    block_number: String(recorded.block),
    block_timestamp: '2026-11-01T10:00:00.000Z',
    logs,
    ...change,
  })
}

function answerWith(recorded: Recorded, status: number, body: string): void {
  const name = chainName[recorded.chain]
  answers = new Map(
    name === undefined
      ? [[recorded.hash, { status, body }]]
      : [
          [`/api/v2.2/transaction/${recorded.hash}?chain=${name}`, { status, body }],
          [
            `/api/v2.2/latestBlockNumber/${name}`,
            { status: 200, body: JSON.stringify(String((recorded.block ?? 0) + 11)) },
          ],
        ],
  )
}

describe('recorded transfers of the real chains', () => {
  test.each(real.map((recorded) => [recorded.chain, recorded.hash, recorded] as const))(
    '%s %s is decoded to the last unit',
    async (chain, hash, recorded) => {
      answerWith(
        recorded,
        200,
        recorded.transactionInfo ? JSON.stringify(recorded.transactionInfo) : moralisBody(recorded),
      )
      const outcome = await (chain === 'TRON' ? tron() : moralis()).transaction(chain, hash)
      if (outcome.kind !== 'yes') throw new Error(JSON.stringify(outcome))
      const decimals = chain === 'BSC' ? 18n : 6n
      const micro = outcome.value.transfers.map((one) => (one.rawValue / 10n ** (decimals - 6n)).toString())
      expect(micro).toEqual(recorded.expect.transfers ?? [recorded.expect.amountMicroUsdt])
      expect(outcome.value.succeeded).toBe(true)
      expect(outcome.value.confirmations).toBe(chain === 'TRON' ? Number.MAX_SAFE_INTEGER : 12)
    },
  )
})

const [eth] = real.filter((recorded) => recorded.chain === 'ETH')
if (!eth) throw new Error('the fixtures hold a transfer on ETH')

describe('what Moralis may answer besides', () => {
  test.each([
    ['404 with message null', 404, '{"message":"null"}', 'not_yet'],
    ['200 with nothing in it', 200, '{}', 'not_yet'],
    ['200 with null', 200, 'null', 'not_yet'],
    ['a page of HTML', 200, '<html>', 'unknown'],
    ['too many requests', 429, '{"message":"slow down"}', 'unknown'],
    ['a fault', 500, '{}', 'unknown'],
    ['no key', 401, '{"message":"Token is required"}', 'unknown'],
    ['another transaction', 200, moralisBody(eth, { hash: `0x${'0'.repeat(64)}` }), 'unknown'],
    ['no receipt yet', 200, moralisBody(eth, { receipt_status: null }), 'not_yet'],
    ['a body of another form', 200, '{"hash":5}', 'unknown'],
  ])('%s is %s', async (_name, status, body, kind) => {
    answerWith(eth, status, body)
    expect((await moralis().transaction('ETH', eth.hash)).kind).toBe(kind)
  })

  test.each<[string, Record<string, unknown>]>([
    ['no index', { log_index: null }],
    ['an index beyond any block', { log_index: '9999999999' }],
    ['the hash of another transaction', { transaction_hash: `0x${'0'.repeat(64)}` }],
    ['an address that is none', { address: '0x12' }],
  ])('a log with %s makes the whole answer unknown', async (_name, change) => {
    const [log] = (JSON.parse(moralisBody(eth)) as { logs: object[] }).logs
    answerWith(eth, 200, moralisBody(eth, { logs: [{ ...log, ...change }] }))
    expect((await moralis().transaction('ETH', eth.hash)).kind).toBe('unknown')
  })

  test('two different logs of one index are unknown', async () => {
    const [log] = (JSON.parse(moralisBody(eth)) as { logs: object[] }).logs
    answerWith(eth, 200, moralisBody(eth, { logs: [log, { ...log, data: `0x${'f'.repeat(64)}` }] }))
    expect((await moralis().transaction('ETH', eth.hash)).kind).toBe('unknown')
  })

  test('an answer without end is cut off', async () => {
    answerWith(eth, 200, moralisBody(eth, { input: 'f'.repeat(5_000_000) }))
    expect(await moralis().transaction('ETH', eth.hash)).toEqual({
      kind: 'unknown',
      reason: 'Moralis: the answer is too large',
    })
  })

  test.each<[string, number, string, number | undefined, string]>([
    ['that it is there', 200, '"25000000"', undefined, 'not_yet'],
    ['of the block where it was seen', 200, '"25000000"', 25_000_000, 'not_yet'],
    ['below the block where it was seen', 200, '"24999999"', 25_000_000, 'unknown'],
    ['of no chain', 200, '"0"', undefined, 'unknown'],
    ['that is no number', 200, '{}', undefined, 'unknown'],
    ['with an error', 404, '"25000000"', undefined, 'unknown'],
    ['with a fault', 500, '"25000000"', undefined, 'unknown'],
  ])('a transaction that is not found, and a height %s', async (_name, status, body, seenInBlock, kind) => {
    for (const nothing of [
      { status: 404, body: '{"message":"null"}' },
      { status: 200, body: '{}' },
    ]) {
      answers = new Map([
        [`/api/v2.2/transaction/${eth.hash}?chain=eth`, nothing],
        ['/api/v2.2/latestBlockNumber/eth', { status, body }],
      ])
      expect((await moralis().transaction('ETH', eth.hash, seenInBlock)).kind).toBe(kind)
    }
  })

  test('an address that answers 404 to everything is no chain that lacks the transaction', async () => {
    answers = new Map()
    expect((await moralis().transaction('ETH', eth.hash)).kind).toBe('unknown')
  })

  test('a reverted transaction is a yes that has not succeeded', async () => {
    answerWith(eth, 200, moralisBody(eth, { receipt_status: '0' }))
    expect(await moralis().transaction('ETH', eth.hash)).toMatchObject({ kind: 'yes', value: { succeeded: false } })
  })

  test('a log that is repeated is the same money', async () => {
    const body = JSON.parse(moralisBody(eth)) as { logs: unknown[] }
    answerWith(eth, 200, JSON.stringify({ ...body, logs: [...body.logs, ...body.logs] }))
    const outcome = await moralis().transaction('ETH', eth.hash)
    expect(outcome.kind === 'yes' && outcome.value.transfers.length).toBe(1)
  })

  test('no answer at all is unknown', async () => {
    const away = createMoralisChainReader({
      baseUrl: 'http://127.0.0.1:9',
      apiKey: new Secret('k'),
      timeoutMs: 500,
      clock: systemClock,
    })
    expect((await away.transaction('ETH', eth.hash)).kind).toBe('unknown')
  })
})

describe('what TRON may answer besides', () => {
  const [recorded] = real.filter((one) => one.chain === 'TRON')
  const information = recorded?.transactionInfo as object
  const hash = recorded?.hash ?? ''
  const outcomeOf = async (body: unknown): ReturnType<ReturnType<typeof tron>['transaction']> => {
    answers = new Map([[hash, { status: 200, body: JSON.stringify(body) }]])
    return await tron().transaction('TRON', hash)
  }

  test.each<[string, unknown, string]>([
    ['nothing', {}, 'not_yet'],
    ['a list', [], 'unknown'],
    ['null', null, 'unknown'],
    ['an error', { Error: 'class java.lang.NullPointerException : null' }, 'unknown'],
    ['another transaction', { ...information, id: '0'.repeat(64) }, 'unknown'],
    ['a call of a contract without a result', { ...information, receipt: {} }, 'not_yet'],
    ['an address that is none', { ...information, log: [{ address: 'zz', topics: [] }] }, 'unknown'],
    ['a time that no date can hold', { ...information, blockTimeStamp: Number.MAX_SAFE_INTEGER }, 'unknown'],
  ])('%s', async (_name, body, kind) => {
    expect((await outcomeOf(body)).kind).toBe(kind)
  })

  test.each(['REVERT', 'OUT_OF_ENERGY', 'UNKNOWN'])('%s is a yes that has not succeeded', async (result) => {
    expect(await outcomeOf({ ...information, receipt: { result } })).toMatchObject({ value: { succeeded: false } })
  })

  test('who only sends TRX calls no contract: a success that holds no transfer', async () => {
    const plain = { id: hash, blockNumber: 1, blockTimeStamp: 1_700_000_000_000, receipt: { net_usage: 268 } }
    expect(await outcomeOf(plain)).toMatchObject({ kind: 'yes', value: { succeeded: true, transfers: [] } })
  })
})
