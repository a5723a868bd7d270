import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Sandbox } from '../options.ts'
import { startSandbox } from '../sandbox.ts'
import { http, order, ordered, type Reply } from '../test-callers.ts'

const from = '0x1111111111111111111111111111111111111111'
const to = '0x2222222222222222222222222222222222222222'
const usdt = { ETH: '0xdac17f958d2ee523a2206206994597c13d831ec7', BSC: '0x55d398326f99059ff775485246999027b3197955' }

interface Tx {
  hash: string
  receipt_status?: string
  block_number: string
  block_hash: string
  block_timestamp: string
  to_address: string
  value: string
  logs: {
    log_index: string
    address: string
    topic0: string
    topic1: string
    topic2: string
    topic3: null
    data: string
  }[]
}

interface Paid {
  hash: string
  logIndex: number
  logIndexes: number[]
}

let sandbox: Sandbox
beforeEach(async () => {
  sandbox = await startSandbox({ httpPort: 0, grpcPort: 0 })
})
afterEach(async () => await sandbox.close())

const api = async (path: string, headers: Record<string, string> = {}): Promise<Reply> =>
  await http(`${sandbox.httpUrl}/moralis/api/v2.2${path}`, 'GET', undefined, headers)
const pay = async (body: object = {}, chain = 'ETH'): Promise<Paid> =>
  (await ordered(sandbox, `/chains/${chain}/transfers`, { token: 'USDT', from, to, amount: '12.5', ...body })) as Paid
const transaction = async (hash: string, chain = 'eth'): Promise<Tx> =>
  (await api(`/transaction/${hash}?chain=${chain}`)).body as Tx
const fault = async (body: object): Promise<unknown> =>
  await ordered(sandbox, '/faults', { partner: 'moralis', ...body })

describe('Moralis', () => {
  it('answers a payment in the real shape: strings, 32-byte words, and the log that was announced', async () => {
    const { hash, logIndex } = await pay()
    const tx = await transaction(hash)
    expect(tx).toMatchObject({ hash, receipt_status: '1', value: '0', to_address: usdt.ETH })
    expect(tx.block_timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/)
    expect(tx.logs).toHaveLength(1)
    expect(tx.logs[0]).toMatchObject({
      log_index: String(logIndex),
      address: usdt.ETH,
      topic0: '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef',
      topic1: `0x${'0'.repeat(24)}${from.slice(2)}`,
      topic2: `0x${'0'.repeat(24)}${to.slice(2)}`,
      topic3: null,
      data: `0x${(12_500_000).toString(16).padStart(64, '0')}`,
    })
    expect('confirmations' in tx || 'confirmed' in tx).toBe(false)
  })

  it('knows 18 decimals on BSC, both names of a chain, and takes a missing one for eth', async () => {
    const { hash } = await pay({}, 'BSC')
    const tx = await transaction(hash, '0x38')
    expect(BigInt(tx.logs[0]!.data)).toBe(12_500_000_000_000_000_000n)
    expect(tx.logs[0]!.address).toBe(usdt.BSC)
    expect(await transaction(hash, 'bsc')).toEqual(tx)
    const eth = await pay()
    expect(((await api(`/transaction/${eth.hash}`)).body as Tx).hash).toBe(eth.hash)
    expect((await api(`/transaction/${hash}?chain=tron`)).status).toBe(400)
  })

  it('counts confirmations as head - block + 1, the head being a bare JSON string', async () => {
    const { hash } = await pay()
    const confirmations = async (): Promise<number> => {
      const latest = (await api('/latestBlockNumber/eth')).body
      expect(latest).toEqual(expect.any(String))
      return Number(latest) - Number((await transaction(hash)).block_number) + 1
    }
    expect(await confirmations()).toBe(1)
    await order(sandbox, '/chains/ETH/blocks', { count: 11 })
    expect(await confirmations()).toBe(12)
  })

  it('serves the block that the transaction names', async () => {
    const { hash } = await pay({ blockTime: 1_780_000_000_999 })
    const tx = await transaction(hash)
    const block = (await api(`/block/${tx.block_number}?chain=eth`)).body as { hash: string; transactions: Tx[] }
    expect(block).toMatchObject({ hash: tx.block_hash, timestamp: '2026-05-28T20:26:40.000Z', number: tx.block_number })
    expect(block.transactions.map((each) => each.hash)).toEqual([hash])
    expect((await api('/block/99999999?chain=eth')).status).toBe(404)
  })

  it('answers an unknown hash with 404 or with an empty object, by the parity of the hash', async () => {
    const even = await api(`/transaction/0x${'a'.repeat(64)}?chain=eth`)
    expect([even.status, even.body]).toEqual([404, { message: 'null' }])
    const odd = await api(`/transaction/0x${'b'.repeat(64)}?chain=eth`)
    expect([odd.status, odd.body]).toEqual([200, {}])
    expect((await api('/transaction/0x12?chain=eth')).status).toBe(400)
  })

  it('forgets a transaction that a reorganisation dropped', async () => {
    const { hash } = await pay()
    const { block_number: number, block_hash: before } = await transaction(hash)
    await order(sandbox, '/chains/ETH/reorg', { depth: 1 })
    const after = await api(`/transaction/${hash}?chain=eth`)
    expect((after.body as Partial<Tx>).hash).toBeUndefined()
    const block = (await api(`/block/${number}?chain=eth`)).body as { hash: string; transactions: Tx[] }
    expect(block.hash).not.toBe(before)
    expect(block.transactions).toEqual([])
  })

  it('shows a transaction that a reorganisation dropped and that was mined again, under other log indexes', async () => {
    const { hash } = await pay({ transfers: [{ token: 'USDT', from, to: from, baseUnits: '7' }] })
    await pay()
    const before = await transaction(hash)
    await order(sandbox, '/chains/ETH/reorg', { depth: 2, moveLogs: 3 })
    const after = await transaction(hash)
    expect(Number(after.block_number)).toBeGreaterThan(Number(before.block_number))
    expect(after.logs.map((log) => [Number(log.log_index), log.data])).toEqual(
      before.logs.map((log) => [Number(log.log_index) + 3, log.data]),
    )
    expect(await ordered(sandbox, '/state', undefined, 'GET')).toMatchObject({
      chains: { ETH: { transactions: 2 } },
    })
  })

  it('needs a key', async () => {
    const refused = await api('/latestBlockNumber/eth', { 'x-api-key': '' })
    expect([refused.status, refused.body]).toEqual([401, { message: expect.any(String) as string }])
  })

  it('shows look-alikes: failed, an approval, a foreign token, no log, several transfers', async () => {
    expect((await transaction((await pay({ status: 'failed' })).hash)).receipt_status).toBe('0')
    const approval = await transaction((await pay({ event: 'Approval' })).hash)
    expect(approval.logs[0]!.topic0).toMatch(/^0x8c5be1e5/)
    const foreign = await transaction((await pay({ token: to })).hash)
    expect(foreign.logs[0]!.address).toBe(to)
    const silent = await pay({ event: 'none' })
    expect(silent).toMatchObject({ logIndex: null, logIndexes: [] })
    expect((await transaction(silent.hash)).logs).toEqual([])
    const several = await pay({ transfers: [{ token: 'USDT', from, to: from, baseUnits: '7' }] })
    const { logs } = await transaction(several.hash)
    expect(logs.map((log) => Number(log.log_index))).toEqual(several.logIndexes)
    expect(BigInt(logs[1]!.data)).toBe(7n)
  })
})

describe('Moralis under faults', () => {
  it('errs and breaks off as often as told, then is well again', async () => {
    const { hash } = await pay()
    await fault({ kind: 'error', status: 429, times: 1 })
    expect((await api(`/transaction/${hash}?chain=eth`)).status).toBe(429)
    await fault({ kind: 'down', times: 1 })
    await expect(api(`/transaction/${hash}?chain=eth`)).rejects.toThrow()
    expect((await transaction(hash)).hash).toBe(hash)
  })

  it('lies about amount, recipient, token and receipt', async () => {
    const { hash } = await pay()
    const lie = async (how: string): Promise<Tx> => {
      await fault({ kind: 'wrong', how, times: 1 })
      return await transaction(hash)
    }
    expect(BigInt((await lie('amount')).logs[0]!.data)).toBe(125_000_000n)
    expect((await lie('recipient')).logs[0]!.topic2).toMatch(/deadbeef$/)
    expect((await lie('token')).logs[0]!.address).toMatch(/deadbeef$/)
    expect((await lie('no_receipt')).receipt_status).toBeUndefined()
    expect((await lie('not_found')).hash).toBeUndefined()
    expect((await transaction(hash)).receipt_status).toBe('1')
  })

  it('answers what is no JSON, a web page, an old height, and every log twice', async () => {
    const { hash } = await pay()
    const path = `/transaction/${hash}?chain=eth`
    await fault({ kind: 'wrong', how: 'garbage', times: 1 })
    const garbage = await api(path)
    expect([garbage.status, garbage.body]).toEqual([200, undefined])
    await fault({ kind: 'wrong', how: 'html', times: 1 })
    expect((await api(path)).type).toContain('text/html')
    const height = Number((await api('/latestBlockNumber/eth')).body)
    await fault({ kind: 'wrong', how: 'stale_height', times: 1 })
    expect(Number((await api('/latestBlockNumber/eth')).body)).toBeLessThan(height)
    await fault({ kind: 'duplicate', times: 1 })
    const { logs } = await transaction(hash)
    expect(logs).toHaveLength(2)
    expect(logs[0]).toEqual(logs[1])
  })
})
