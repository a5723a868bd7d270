import type { Claim } from '@species/contracts'
import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { matchingModule } from '../index.ts'
import { type World, buy, createWorld, credit, emptyBook, eventKey, listingOf, said, sell } from '../test-world.ts'

let database: Database
let world: World
beforeAll(async () => {
  database = await pgliteWith(matchingModule)
})
beforeEach(async () => {
  await emptyBook(database)
  world = createWorld(database)
  const sale = sell(1, 'ann', 10)
  await world.validated(sale)
  await world.settled(sale)
})
afterAll(() => database.close())

const free = async (): Promise<bigint | undefined> =>
  (await matchingModule.queries(database).listing(listingOf(1)))?.unitsAvailable
const usdt = (amount: number): bigint => BigInt(amount * 1_000_000)

test('purchases that nobody can pay reserve nothing, so that the book stays free for those who can', async () => {
  world.credit.set('mallory', 0n)
  const attack = Array.from({ length: 47 }, (_, index) => buy(100 + index, 'mallory', 10))
  const answers = said(await world.validated(...attack, buy(200, 'mallory', 1, { listingId: listingOf(1) })))
  expect(new Set(answers)).toEqual(new Set(['refused insufficient_payment']))
  expect(await free()).toBe(10n)
  expect(said(await world.validated(buy(300, 'buyer', 10)))).toEqual(['matched 10 for 20000000'])
})

test.each(['in one batch', 'one by one'])('the same credit reserves once, %s', async (how) => {
  world.credit.set('mallory', usdt(12))
  const purchases = [buy(2, 'mallory', 4), buy(3, 'mallory', 4), buy(4, 'mallory', 2)]
  const answers = []
  if (how === 'in one batch') answers.push(...(await world.validated(...purchases)))
  else for (const one of purchases) answers.push(...(await world.validated(one)))
  expect(said(answers)).toEqual(['matched 4 for 8000000', 'refused insufficient_payment', 'matched 2 for 4000000'])
})

test('a purchase is counted until the cashier has decided it, and by the cashier from then on', async () => {
  world.credit.set('buyer', usdt(10))
  expect(said(await world.validated(buy(2, 'buyer', 3)))).toEqual(['matched 3 for 6000000'])
  expect(said(await world.validated(buy(3, 'buyer', 3)))).toEqual(['refused insufficient_payment'])
  world.cashierStages.set(eventKey(2), { state: 'funded', atMs: 1 })
  world.credit.set('buyer', usdt(4))
  expect(said(await world.validated(buy(4, 'buyer', 2)))).toEqual(['matched 2 for 4000000'])
})

test('what a purchase reserved is free again once it has come back', async () => {
  world.credit.set('buyer', usdt(10))
  const purchase = buy(2, 'buyer', 5)
  await world.validated(purchase)
  await world.released(purchase)
  expect(said(await world.validated(buy(3, 'buyer', 5)))).toEqual(['matched 5 for 10000000'])
})

test('proceeds are means only where the purchase says so, and what one purchase needs of both is not means for another', async () => {
  world.credit.set('buyer', usdt(4))
  world.credit.set('payable buyer', usdt(6))
  expect(said(await world.validated(buy(2, 'buyer', 3)))).toEqual(['refused insufficient_payment'])
  const payWith = { ...credit, payable: 'first' as const }
  expect(said(await world.validated(buy(3, 'buyer', 4, { payWith })))).toEqual(['matched 4 for 8000000'])
  expect(said(await world.validated(buy(4, 'buyer', 2)))).toEqual(['refused insufficient_payment'])
  expect(said(await world.validated(buy(5, 'buyer', 1)))).toEqual(['matched 1 for 2000000'])
  expect(said(await world.validated(buy(6, 'buyer', 1, { payWith })))).toEqual(['refused insufficient_payment'])
})

test('a payment on a chain must cover its own purchase, whatever credit there is', async () => {
  const claim = (amountMicro: bigint): Claim => ({
    chain: 'ETH',
    hash: `0x${'a'.repeat(64)}`,
    logIndex: 0,
    payer: 'buyer',
    amountMicro,
    fromAddress: `0x${'a'.repeat(40)}`,
    toAddress: `0x${'d'.repeat(40)}`,
    blockNumber: 1,
    blockTimeMs: 1,
  })
  const paid = (n: number, amountMicro: bigint) => ({
    ...buy(n, 'buyer', 5),
    payment: { source: 'chain' as const, claims: [claim(amountMicro)] },
  })
  expect(said(await world.validated(paid(2, usdt(10) - 1n)))).toEqual(['refused insufficient_payment'])
  expect(await free()).toBe(10n)
  expect(said(await world.validated(paid(3, usdt(10))))).toEqual(['matched 5 for 10000000'])
})
