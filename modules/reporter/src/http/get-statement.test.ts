import { beforeEach, describe, expect, test } from 'vitest'
import { type World, createWorld } from '../test-world.ts'

let world: World
let month: string
beforeEach(() => {
  world = createWorld()
  world.clock.advance(86_400_000)
  month = new Date(world.clock.now()).toISOString().slice(0, 7)
})
const line = (seq: bigint) => ({
  seq,
  transferId: `t:${seq}`,
  eventKey: undefined,
  kind: 'payment',
  account: 'user:ann',
  asset: 'USDT' as const,
  amount: 1n,
  balanceAfter: seq,
  atMs: world.clock.now(),
})

describe('the books of a month', () => {
  test('come page by page, for the same time on each, with the trial balance', async () => {
    const first = await world.get(`/admin/v1/statement?month=${month}&limit=3`, 'olga operator')
    expect(first).toMatchObject({ status: 200, cacheControl: 'no-store', body: { month } })
    expect(first.body['trialBalance']).toEqual([
      { asset: 'USDT', debits: '0.000012', credits: '0.000012', difference: '0.000000' },
    ])
    world.clock.advance(60_000)
    const next = await world.get(
      `/admin/v1/statement?month=${month}&limit=3&cursor=${String(first.body['nextCursor'])}`,
      'olga operator',
    )
    expect([next.body['to'], next.body['nextCursor']]).toEqual([first.body['to'], undefined])
    const accounts = [first, next].flatMap(({ body }) => body['accounts'] as { account: string; closing: string }[])
    expect(accounts.map(({ account, closing }) => [account, closing])).toEqual([
      ['payable:ann', '0.000003'],
      ['treasury', '0.000004'],
      ['user:ann', '0.000005'],
      ['world:ETH', '-0.000012'],
    ])
  })

  test('are for operators alone, and of no month that has not begun', async () => {
    expect((await world.get(`/admin/v1/statement?month=${month}`)).status).toBe(403)
    for (const bad of ['2099-01', '2026-13', 'november'])
      expect((await world.get(`/admin/v1/statement?month=${bad}`, 'olga operator')).status).toBe(400)
    const cursor = Buffer.from('["x"]').toString('base64url')
    expect((await world.get(`/admin/v1/statement?month=${month}&cursor=${cursor}`, 'olga operator')).status).toBe(400)
  })
})

test('a user reads their own accounts and lines, oldest first, page by page', async () => {
  world.statement = [line(3n), line(1n), line(2n)]
  const first = await world.get(`/statement?month=${month}&limit=2`)
  expect(first).toMatchObject({ status: 200, body: { onliId: 'ann', month } })
  expect((first.body['accounts'] as { account: string }[]).map(({ account }) => account)).toEqual([
    'payable:ann',
    'user:ann',
  ])
  const next = await world.get(`/statement?month=${month}&limit=2&cursor=${String(first.body['nextCursor'])}`)
  const lines = [first, next].flatMap(({ body }) => body['lines'] as { transferId: string }[])
  expect(lines.map(({ transferId }) => transferId)).toEqual(['t:1', 't:2', 't:3'])
  expect(next.body['nextCursor']).toBeUndefined()
  expect(world.asked.filter((one) => one.startsWith('lines'))).toEqual(
    Array(2).fill('lines user:ann payable:ann receivable:ann'),
  )
})
