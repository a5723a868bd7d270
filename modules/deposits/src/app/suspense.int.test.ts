import type { Database } from '@species/database'
import { Problem } from '@species/http'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { depositsModule } from '../index.ts'
import { type World, createWorld, hashOf, minuteMs, ours, payer } from '../test-world.ts'

let database: Database
beforeAll(async () => {
  database = await pgliteWith(depositsModule)
})
afterAll(() => database.close())
beforeEach(() => database.script('TRUNCATE deposits.addresses; TRUNCATE deposits.transfers, deposits.transactions'))

const booked = { 'world:ETH': '-5', 'suspense:ETH': '5' }
interface Shown {
  readonly depositId: string
  readonly explained?: string
}

async function call(world: World, operationId: string, given: object): Promise<unknown> {
  const found = world.module.endpoints.find(({ spec }) => spec.operationId === operationId)
  const common = { principal: { onliId: 'olga' }, trace: 'trace', query: {}, params: {}, body: {} }
  const response = await found?.handle({ ...common, ...given } as never)
  return await response?.json()
}
async function list(world: World, query: object = { unexplained: 'true', limit: 50 }): Promise<Shown[]> {
  return ((await call(world, 'listDeposits', { query })) as { deposits: Shown[] }).deposits
}
async function inSuspense(world: World): Promise<string> {
  world.chains.pay(1, [5n])
  await world.pass(8 * minuteMs)
  const [deposit] = await list(world)
  expect(deposit).toMatchObject({ explained: 'suspense' })
  return deposit?.depositId ?? ''
}

test('money that nothing explains is in suspense within ten minutes after it is final, and is booked once', async () => {
  const world = createWorld(database)
  await inSuspense(world)
  await world.pass(10 * minuteMs)
  expect(world.books.balances()).toEqual(booked)
  expect(world.books.posted).toHaveLength(1)
})

test('money that nothing explains at an address of a custodian is booked from its account, and back into it', async () => {
  const world = createWorld(database)
  await world.books.keepCustody('ETH', ours)
  await inSuspense(world)
  expect(world.books.balances()).toEqual({ 'custody:nowpayments': '-5', 'suspense:ETH': '5' })
  world.chains.drop(1)
  await world.pass(120 * minuteMs)
  expect(world.books.balances()).toEqual({})
})

test('money that an event holds is not booked, and money that an event takes later is explained', async () => {
  const world = createWorld(database)
  const event = { kind: 'event', ref: 'e', eventKey: 'e', payer: 'alice' } as const
  const name = { chain: 'ETH', fromAddress: payer, toAddress: ours, rawValue: 5n, nth: 0 } as const
  const transfer = { ...name, logIndex: 3, amountMicro: 5n, blockNumber: 1, blockTimeMs: 1 }
  world.chains.pay(1, [5n])
  world.chains.pay(2, [5n])
  await world.books.claim({ ...transfer, hash: hashOf(1) }, event)
  await world.pass(8 * minuteMs)
  expect(world.books.balances()).toEqual(booked)
  await world.books.claim({ ...transfer, hash: hashOf(2) }, event)
  await world.pass(2 * minuteMs)
  expect(await list(world)).toEqual([])
})

test('a move between two wallets of ours brings no money, also from one that is ours no more: nothing is booked', async () => {
  const world = createWorld(database)
  const wallet = '0x5ec1e55ec1e55ec1e55ec1e55ec1e55ec1e50009'
  world.change({ ourWallets: [wallet] })
  world.change({ ourWallets: [] })
  world.chains.pay(1, [5n], { from: wallet })
  world.chains.pay(2, [6n], { from: ours })
  await world.pass(20 * minuteMs)
  expect(world.books.posted).toEqual([])
  expect((await list(world, { unexplained: 'false', limit: 50 })).map(({ explained }) => explained)).toEqual([
    'internal',
    'internal',
  ])
})

test('what is not on its chain any more is not booked, and what was booked is taken back when it vanishes', async () => {
  const world = createWorld(database)
  world.chains.pay(1, [5n])
  await world.pass(4 * minuteMs)
  world.chains.drop(1)
  await world.pass(3 * minuteMs)
  expect(world.books.balances()).toEqual({})
  world.chains.pay(1, [5n])
  await world.pass(5 * minuteMs)
  expect(world.books.balances()).toEqual(booked)
  world.chains.drop(1)
  await world.pass(25 * minuteMs)
  expect(world.books.balances()).toEqual({})
  world.chains.pay(1, [5n])
  await world.pass(15 * minuteMs)
  expect(world.books.balances()).toEqual(booked)
})

test('a person assigns money in suspense to a user, once, and never money from a denied address', async () => {
  const world = createWorld(database)
  const depositId = await inSuspense(world)
  const asked = { params: { depositId }, body: { onliId: 'alice', reason: 'she paid from a new wallet' } }
  world.deny(payer)
  await expect(call(world, 'assignDeposit', asked)).rejects.toBeInstanceOf(Problem)
  world.deny()
  expect(await call(world, 'assignDeposit', asked)).toMatchObject({ onliId: 'alice' })
  expect(world.published.at(-1)).toMatchObject({ topic: 'payment.claimed', body: { claim: { payer: 'alice' } } })
  await expect(call(world, 'assignDeposit', asked)).rejects.toMatchObject({ code: 'already_claimed' })
  expect(await list(world)).toEqual([])
})

test('a person keeps money in suspense as income, and a reorganisation takes it from there', async () => {
  const world = createWorld(database)
  const depositId = await inSuspense(world)
  await call(world, 'keepDeposit', { params: { depositId }, body: { reason: 'unclaimed for a year' } })
  expect(world.books.balances()).toEqual({ 'world:ETH': '-5', fees: '5' })
  world.chains.drop(1)
  await world.pass(25 * minuteMs)
  expect(world.books.balances()).toEqual({})
})

describe('what a custodian forwards', () => {
  const asked = (depositId: string): object => ({ params: { depositId }, body: { reason: 'their dashboard shows it' } })
  /** So much came in at the custodian and was credited to alice. */
  const credited = async (world: World, amountMicro: bigint): Promise<void> => {
    const lines = [
      { account: 'custody:nowpayments', amountMicro: -amountMicro },
      { account: 'user:alice', amountMicro },
    ]
    await world.books.post([{ transferId: 'payment', kind: 'credit', lines }])
  }

  test('is taken off what it holds, once, and is no income; a reorganisation gives it back', async () => {
    const world = createWorld(database)
    await credited(world, 7n)
    const depositId = await inSuspense(world)
    await call(world, 'bookForwarded', asked(depositId))
    const after = { 'custody:nowpayments': '-2', 'user:alice': '7', 'world:ETH': '-5' }
    expect(world.books.balances()).toEqual(after)
    for (const other of ['bookForwarded', 'keepDeposit'])
      await expect(call(world, other, asked(depositId))).rejects.toMatchObject({ code: 'already_claimed' })
    expect(world.books.balances()).toEqual(after)
    world.chains.drop(1)
    await world.pass(25 * minuteMs)
    expect(world.books.balances()).toEqual({ 'custody:nowpayments': '-7', 'user:alice': '7' })
  })

  test('is never more than it holds', async () => {
    const world = createWorld(database)
    await credited(world, 4n)
    const depositId = await inSuspense(world)
    await expect(call(world, 'bookForwarded', asked(depositId))).rejects.toMatchObject({ code: 'invalid_request' })
    expect(await list(world)).toMatchObject([{ depositId, explained: 'suspense' }])
  })

  test('does not come in at an address of its own', async () => {
    const world = createWorld(database)
    await world.books.keepCustody('ETH', ours)
    const depositId = await inSuspense(world)
    await expect(call(world, 'bookForwarded', asked(depositId))).rejects.toMatchObject({ code: 'invalid_request' })
    expect(world.books.balances()).toEqual({ 'custody:nowpayments': '-5', 'suspense:ETH': '5' })
  })
})

test('money in suspense for more than an hour shows its age', async () => {
  const world = createWorld(database)
  await inSuspense(world)
  await world.pass(61 * minuteMs, minuteMs)
  const { values } = await world.deps.metrics.oldestSuspenseSeconds.get()
  expect(values[0]?.value).toBeGreaterThan(3_600)
})
