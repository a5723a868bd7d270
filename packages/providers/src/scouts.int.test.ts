import type { Chain, ChainPort } from '@species/contracts'
import { Secret, systemClock } from '@species/platform'
import { type Sandbox, startSandbox } from '@species/sandbox'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createMoralisChainReader, createTronChainReader } from './index.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox({ httpPort: 0, grpcPort: 0 })
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
// A new client each time: a breaker that an earlier fault has opened would answer instead of the partner.
const common = { apiKey: new Secret('key'), timeoutMs: 5_000, clock: systemClock }
const evm = (): ChainPort => createMoralisChainReader({ ...common, baseUrl: `${sandbox.httpUrl}/moralis` })
const tron = (): ChainPort => createTronChainReader({ ...common, baseUrl: `${sandbox.httpUrl}/tron` })

const partners = [
  {
    partner: 'moralis',
    chain: 'BSC' as Chain,
    port: evm,
    unit: 10n ** 18n,
    rows: 100,
    from: '0x1111111111111111111111111111111111111111',
    other: '0x2222222222222222222222222222222222222222',
    address: (n: number) => `0x${n.toString(16).padStart(40, '5')}`,
  },
  {
    partner: 'tron',
    chain: 'TRON' as Chain,
    port: tron,
    unit: 10n ** 6n,
    rows: 200,
    from: 'TJcEoDhS5UNbnR6zw6wF21FSbdBro4kxNe',
    other: 'TMuA6YqfCeX8EhbfYEg5y7S4DqzSJireY9',
    address: (n: number) =>
      [
        'TLa2f6VPqDgRE67v1736s7bJ8Ray5wYjU7',
        'TXLAQ63Xg1NAzckPwKHvzw7CSEmLMEqcdj',
        'TGzz8gjYiYRqpfmDwnLxfgPuLVNmpCswVp',
      ][n] ?? '',
  },
] as const

describe.each(partners)('$partner', ({ partner, chain, port, unit, rows, from, other, address }) => {
  const pay = async (wish: object): Promise<string> => {
    const { hash } = await control(`/chains/${chain}/transfers`, { token: 'USDT', from, amount: '1', ...wish })
    await control(`/chains/${chain}/blocks`, { count: 19 })
    return hash as string
  }
  const lie = (how: string): Promise<unknown> =>
    control('/faults', { partner, operation: 'transfers', kind: 'wrong', how, times: 1 })

  test('lists what came in, oldest first, and nothing that went out, was worth nothing or was another token', async () => {
    const to = address(0)
    const first = await pay({ to })
    await pay({ to: other, from: to })
    await pay({ to, token: other })
    await pay({ to, amount: undefined, baseUnits: '0' })
    const second = await pay({ to, amount: '2.5' })
    const page = await port().transfersTo({ chain, address: to, since: 0 })
    expect(page).toMatchObject({ kind: 'yes', value: { hashes: [first, second], next: undefined } })
    const head = await port().head(chain)
    const { position, blockTimeMs } = head.kind === 'yes' ? head.value : { position: 0, blockTimeMs: 0 }
    expect(Math.abs(blockTimeMs - Date.now())).toBeLessThan(60_000)
    const later = await port().transfersTo({ chain, address: to, since: position + 1 })
    expect(later).toMatchObject({ kind: 'yes', value: { hashes: [] } })
    expect(await port().balanceOf(chain, to)).toEqual({ kind: 'yes', value: (unit * 25n) / 10n })
    expect(await port().balanceOf(chain, from)).toEqual({ kind: 'yes', value: 0n })
  })

  test('reads page by page until all is listed, each transaction once a page', async () => {
    const to = address(1)
    const more = Array.from({ length: rows + 20 }, (_, n) => ({ token: 'USDT', from, to, baseUnits: String(n + 2) }))
    const hash = await pay({ to, transfers: more })
    const last = await pay({ to })
    const one = await port().transfersTo({ chain, address: to, since: 0 })
    expect(one).toMatchObject({ kind: 'yes', value: { hashes: [hash], next: expect.any(String) as string } })
    const page = one.kind === 'yes' ? one.value.next : undefined
    expect(await port().transfersTo({ chain, address: to, since: 0, page })).toMatchObject({
      kind: 'yes',
      value: { hashes: [hash, last], next: undefined },
    })
    const whole = await port().transaction(chain, hash)
    expect(whole.kind === 'yes' ? whole.value.transfers.length : whole).toBe(rows + 21)
  })

  test('lists what left a wallet, and nothing that came in or was another token', async () => {
    const wallet = address(0)
    await pay({ to: wallet, amount: '9' })
    await pay({ from: wallet, to: other, token: other })
    const out = await pay({ from: wallet, to: other })
    const list = async (): Promise<readonly string[]> => {
      const page = await port().transfersFrom({ chain, address: wallet, since: 0 })
      return page.kind === 'yes' ? page.value.hashes : [page.kind]
    }
    const listed = await list()
    expect(listed.slice(-1)).toEqual([out])
    await lie('omit')
    expect(await list()).toEqual([])
    await lie('phantom')
    expect((await list()).at(-1)).toMatch(/dead$/)
    await lie('garbage')
    expect(await list()).toEqual(['unknown'])
    expect(await list()).toEqual(listed)
  })

  test('what is listed falsely is a hint that the transaction itself contradicts; what is left out is listed the next time', async () => {
    const to = address(2)
    const hash = await pay({ to })
    const list = async (): Promise<readonly string[]> => {
      const page = await port().transfersTo({ chain, address: to, since: 0 })
      return page.kind === 'yes' ? page.value.hashes : [page.kind]
    }
    await lie('phantom')
    const [, phantom = ''] = await list()
    expect(phantom).toMatch(/dead$/)
    expect(await port().transaction(chain, phantom)).toEqual({ kind: 'not_yet', reason: 'not_found' })
    await lie('omit')
    expect(await list()).toEqual([])
    await control('/faults', { partner, operation: 'transfers', kind: 'duplicate', times: 1 })
    expect(await list()).toEqual([hash])
    await lie('garbage')
    expect(await list()).toEqual(['unknown'])
  })
})

test('an EVM balance is that after the block which is asked for', async () => {
  const to = '0x7777777777777777777777777777777777777777'
  const pay = async (): Promise<number> => {
    await control('/chains/ETH/transfers', { token: 'USDT', from: partners[0].from, to, amount: '1' })
    await control('/chains/ETH/blocks', { count: 1 })
    const head = await evm().head('ETH')
    return head.kind === 'yes' ? head.value.position : 0
  }
  const first = await pay()
  await control('/chains/ETH/blocks', { count: 3 })
  await pay()
  await control('/chains/ETH/blocks', { count: 3 })
  expect(await evm().balanceOf('ETH', to, first + 1)).toEqual({ kind: 'yes', value: 1_000_000n })
  expect(await evm().balanceOf('ETH', to)).toEqual({ kind: 'yes', value: 2_000_000n })
})

test('more than 200 equal transfers in one transaction of TRON are all seen', async () => {
  const to = 'TMuA6YqfCeX8EhbfYEg5y7S4DqzSJireY9'
  const one = { token: 'USDT', from: 'TJcEoDhS5UNbnR6zw6wF21FSbdBro4kxNe', to, baseUnits: '7' }
  const { hash } = await control('/chains/TRON/transfers', {
    ...one,
    transfers: Array.from({ length: 250 }, () => one),
  })
  await control('/chains/TRON/blocks', { count: 19 })
  const count = async (): Promise<unknown> => {
    const read = await tron().transaction('TRON', hash as string)
    return read.kind === 'yes' ? read.value.transfers.length : read
  }
  expect(await count()).toBe(251)
})
