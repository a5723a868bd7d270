import { expect, it } from 'vitest'
import { carried, maxCarried, paymentOf } from './carried.ts'

const claims = (...amounts: number[]) => amounts.map((amount, logIndex) => ({ amountMicro: BigInt(amount), logIndex }))

it('few claims are carried as they are', () => {
  expect(carried(claims(3, 1, 2))).toEqual(claims(3, 1, 2))
})

it('of many the largest are carried, in the order of their logs, and dust cannot crowd out a payment', () => {
  const all = claims(...Array.from({ length: 1_000 }, () => 1), 500, 400)
  const kept = carried(all)
  expect(kept).toHaveLength(maxCarried)
  expect(kept.slice(-2)).toEqual(all.slice(-2))
  expect(kept.slice(0, -2)).toEqual(all.slice(0, maxCarried - 2))
})

it('a payment says how many claims it does not carry, and what they are worth', () => {
  expect(paymentOf(claims(3, 1, 2))).toEqual({ source: 'chain', claims: claims(3, 1, 2) })
  const { claims: kept, rest } = paymentOf(claims(...Array.from({ length: maxCarried }, () => 7), 2, 3))
  expect([kept.length, rest]).toEqual([maxCarried, { claims: 2, amountMicro: 5n }])
})
