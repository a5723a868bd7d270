import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tronBase58 } from '../chains/address.ts'
import type { Sandbox } from '../options.ts'
import { startSandbox } from '../sandbox.ts'
import { http, order, ordered } from '../test-callers.ts'

const usdt = 'a614f803b6fd780986a42c78ec9c7f77e6ded13c'
const from20 = '11'.repeat(20)
const to20 = '22'.repeat(20)

interface Seen {
  id?: string
  Error?: string
  blockNumber?: number
  contract_address?: string
  result?: string
  receipt: { result?: string }
  log?: { address: string; topics: string[]; data: string }[]
  block_header: { raw_data: { number: number } }
  data: { event_index: number; result: Record<string, string> }[]
}

let sandbox: Sandbox
beforeEach(async () => {
  sandbox = await startSandbox({ httpPort: 0, grpcPort: 0 })
})
afterEach(async () => await sandbox.close())

const post = async (path: string, body: object = {}): Promise<Seen> => {
  const reply = await http(`${sandbox.httpUrl}/tron${path}`, 'POST', body)
  expect(reply.status).toBe(200)
  return reply.body as Seen
}
const pay = async (body: object = {}): Promise<{ hash: string; logIndex: number }> =>
  (await ordered(sandbox, '/chains/TRON/transfers', {
    token: 'USDT',
    from: tronBase58(from20),
    to: tronBase58(to20),
    amount: '1000',
    ...body,
  })) as { hash: string; logIndex: number }
const info = async (value: string, prefix = 'wallet', visible?: boolean): Promise<Seen> =>
  await post(`/${prefix}/gettransactioninfobyid`, { value, visible })

describe('TRON', () => {
  it('answers a payment with its quirks: bare 20 bytes in the log, 41 before the contract', async () => {
    const { hash, logIndex } = await pay()
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
    expect(logIndex).toBe(0)
    const seen = await info(hash)
    expect(seen).toMatchObject({ id: hash, contract_address: `41${usdt}`, receipt: { result: 'SUCCESS' } })
    expect(seen.result).toBeUndefined()
    expect(seen.log).toEqual([
      {
        address: usdt,
        topics: [
          'ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef',
          '0'.repeat(24) + from20,
          '0'.repeat(24) + to20,
        ],
        data: (1_000_000_000).toString(16).padStart(64, '0'),
      },
    ])
    expect((await info(hash, 'wallet', true)).log?.[0]?.address).toBe('TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t')
  })

  it('shows a transaction as solid only with 19 confirmations', async () => {
    const { hash } = await pay()
    await order(sandbox, '/chains/TRON/blocks', { count: 17 })
    expect(await info(hash, 'walletsolidity')).toEqual({})
    const events = `${sandbox.httpUrl}/tron/v1/transactions/${hash}/events`
    expect(((await http(`${events}?only_confirmed=true`)).body as Seen).data).toEqual([])
    expect(((await http(events)).body as Seen).data).toHaveLength(1)
    await order(sandbox, '/chains/TRON/blocks', { count: 1 })
    expect(await info(hash, 'walletsolidity')).toEqual(await info(hash))
    const solid = (await post('/walletsolidity/getnowblock')).block_header.raw_data.number
    expect(solid).toBe((await info(hash)).blockNumber)
    expect((await post('/wallet/getnowblock')).block_header.raw_data.number).toBe(solid + 18)
  })

  it('lists the events with 0x addresses and decimal amounts', async () => {
    const { hash } = await pay({
      transfers: [{ token: 'USDT', from: tronBase58(to20), to: tronBase58(from20), amount: '1' }],
    })
    const { data } = (await http(`${sandbox.httpUrl}/tron/v1/transactions/${hash}/events`)).body as Seen
    expect(data.map((row) => row.event_index)).toEqual([0, 1])
    expect(data[0]).toMatchObject({
      contract_address: 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t',
      event_name: 'Transfer',
      transaction_id: hash,
      result: { from: `0x${from20}`, to: `0x${to20}`, value: '1000000000' },
    })
  })

  it('answers 200 whatever is asked: an empty object for the unknown, Error for nonsense', async () => {
    expect(await info('ab'.repeat(32))).toEqual({})
    expect((await info('xyz')).Error).toBeDefined()
    expect((await post('/wallet/gettransactioninfobyid', { hash: 'x' })).Error).toBeDefined()
  })

  it('shows a failed transfer with its logs and without success', async () => {
    const { hash } = await pay({ status: 'failed' })
    const seen = await info(hash)
    expect(seen).toMatchObject({ result: 'FAILED', receipt: { result: 'REVERT' } })
    expect(seen.log).toHaveLength(1)
  })

  it('forgets what a reorganisation dropped, and lies when told', async () => {
    const { hash } = await pay()
    const fault = { partner: 'tron', kind: 'wrong', times: 1 }
    await ordered(sandbox, '/faults', { ...fault, how: 'amount' })
    expect(BigInt(`0x${(await info(hash)).log![0]!.data}`)).toBe(10_000_000_000n)
    await ordered(sandbox, '/faults', { ...fault, how: 'recipient' })
    expect((await info(hash)).log?.[0]?.topics[2]).toMatch(/deadbeef$/)
    await ordered(sandbox, '/faults', { ...fault, how: 'no_receipt' })
    expect((await info(hash)).receipt.result).toBeUndefined()
    await ordered(sandbox, '/faults', { ...fault, how: 'error_body' })
    expect((await info(hash)).Error).toBeDefined()
    await ordered(sandbox, '/faults', { ...fault, how: 'stale_height' })
    const stale = (await post('/wallet/getnowblock')).block_header.raw_data.number
    expect(stale).toBeLessThan((await post('/wallet/getnowblock')).block_header.raw_data.number)
    await order(sandbox, '/chains/TRON/reorg', { depth: 1 })
    expect(await info(hash)).toEqual({})
  })
})
