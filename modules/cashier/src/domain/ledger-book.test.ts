import type { Line } from '@species/contracts'
import { type Asset, maxQuantity } from '@species/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LedgerBook, mergeLines } from './ledger-book.ts'
import { move } from './posting.ts'

const assets: readonly Asset[] = ['USDT', 'SPECIES']
const accounts = ['user:a', 'user:b', 'payable:a', 'treasury', 'supply', 'world:ETH', 'receivable:a', 'fees'] as const

function bookOf(posted: Readonly<Record<string, bigint>> = {}): LedgerBook {
  return new LedgerBook(
    accounts.flatMap((account) =>
      assets.map((asset) => ({ account, asset, posted: posted[`${account} ${asset}`] ?? 0n, held: 0n })),
    ),
  )
}
const state = (book: LedgerBook) =>
  book.changed().map(({ account, asset, posted, held }) => `${account} ${asset} ${posted}/${held}`)

describe('the book of a batch', () => {
  const pay = move('USDT', 'user:a', 'treasury', 7n)

  it('sets a hold aside without posting it, and credits nobody yet', () => {
    const book = bookOf({ 'user:a USDT': 10n })
    book.hold(pay)
    expect([book.available('user:a', 'USDT'), book.available('treasury', 'USDT')]).toEqual([3n, 0n])
    expect(state(book)).toEqual(['user:a USDT 10/7'])
  })

  it('settles a hold into the running balances of its accounts', () => {
    const book = bookOf({ 'user:a USDT': 10n, 'treasury USDT': 5n })
    book.hold(pay)
    expect(book.settle(pay).map((line) => line.balanceAfter)).toEqual([3n, 12n])
    expect(state(book)).toEqual(['user:a USDT 3/0', 'treasury USDT 12/0'])
  })

  it('gives a release back whole', () => {
    const book = bookOf({ 'user:a USDT': 10n })
    book.hold(pay)
    book.release(pay)
    expect(state(book)).toEqual(['user:a USDT 10/0'])
  })

  it('does not let one balance pay two holds', () => {
    const book = bookOf({ 'user:a USDT': 10n })
    book.hold(pay)
    expect(book.shortfall(pay)).toEqual({ account: 'user:a', asset: 'USDT', available: 3n, needed: 7n })
    expect(() => book.hold(pay)).toThrow('a hold is covered')
    expect(() => book.post(pay)).toThrow('a transfer is covered')
  })

  it('adds lines of one account up before it asks whether they are covered', () => {
    const book = bookOf({ 'user:a USDT': 10n })
    const twice = [...pay, ...move('USDT', 'user:a', 'fees', 7n)]
    expect(book.shortfall(twice)).toMatchObject({ needed: 14n })
    expect(() => book.hold(twice)).toThrow('a hold is covered')
  })

  it.each([
    ['one asset', [{ account: 'user:a', asset: 'USDT', amount: -1n }]],
    [
      'two assets that cancel out',
      [
        { account: 'user:a', asset: 'USDT', amount: -1n },
        { account: 'user:b', asset: 'SPECIES', amount: 1n },
      ],
    ],
  ] as [string, Line[]][])('refuses what does not sum to zero: %s', (_name, lines) => {
    const book = bookOf({ 'user:a USDT': 10n })
    expect(() => book.hold(lines)).toThrow('sums to zero')
    expect(() => book.post(lines)).toThrow('sums to zero')
    expect(book.changed()).toEqual([])
  })

  it('refuses to release what is not held', () => {
    const book = bookOf({ 'user:a USDT': 10n })
    book.hold(pay)
    book.release(pay)
    expect(() => {
      book.release(pay)
    }).toThrow('nothing is released twice')
  })

  it('refuses to settle twice', () => {
    const book = bookOf({ 'user:a USDT': 100n })
    book.hold(pay)
    book.settle(pay)
    expect(() => book.settle(pay)).toThrow('nothing is released twice')
  })

  it.each(['supply', 'world:ETH', 'receivable:a'])('lets %s below zero, and holds nothing of it', (account) => {
    const book = bookOf()
    const lines = move('USDT', account, 'user:a', 5n)
    book.hold(lines)
    expect(book.changed()).toEqual([])
    expect(book.settle(lines).map((line) => line.balanceAfter)).toEqual([-5n, 5n])
  })

  it('refuses quantities that 64 bits do not hold', () => {
    expect(() => bookOf().post(move('USDT', 'supply', 'user:a', maxQuantity))).toThrow('64 bits')
  })

  it('refuses accounts that were not locked', () => {
    expect(() => bookOf().post(move('USDT', 'supply', 'user:nobody', 1n))).toThrow('was not locked')
  })
})

describe('any sequence of holds, settlements, releases and payments', () => {
  type Op = { kind: 'hold' | 'post'; lines: Line[] } | { kind: 'settle' | 'release'; which: number }
  const line = fc.record({
    asset: fc.constantFrom(...assets),
    from: fc.constantFrom(...accounts),
    to: fc.constantFrom(...accounts),
    amount: fc.bigInt(1n, 50n),
  })
  const lines = fc
    .array(line, { minLength: 1, maxLength: 4 })
    .map((all) => mergeLines(all.flatMap((one) => move(one.asset, one.from, one.to, one.amount))))
  const op: fc.Arbitrary<Op> = fc.oneof(
    fc.record({ kind: fc.constantFrom('hold' as const, 'post' as const), lines }),
    fc.record({ kind: fc.constantFrom('settle' as const, 'release' as const), which: fc.nat(20) }),
  )

  it('keeps sums at zero, nobody overdrawn, and held equal to the holds', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 60 }), (ops) => {
        const book = bookOf()
        const open: Line[][] = []
        for (const one of ops) {
          if ('lines' in one) {
            if (book.shortfall(one.lines)) continue
            if (one.kind === 'post') book.post(one.lines)
            else {
              book.hold(one.lines)
              open.push(one.lines)
            }
          } else {
            const [chosen] = open.splice(one.which % Math.max(1, open.length), 1)
            if (!chosen) continue
            if (one.kind === 'settle') book.settle(chosen)
            else book.release(chosen)
          }
          const balances = book.changed()
          for (const asset of assets)
            expect(balances.reduce((sum, b) => sum + (b.asset === asset ? b.posted : 0n), 0n)).toBe(0n)
          for (const balance of balances) {
            const free = /^(supply|world:|receivable:)/.test(balance.account)
            expect(free || balance.posted - balance.held >= 0n).toBe(true)
            const holds = open
              .flat()
              .filter((l) => l.account === balance.account && l.asset === balance.asset && l.amount < 0n)
            expect(balance.held).toBe(free ? 0n : holds.reduce((sum, l) => sum - l.amount, 0n))
          }
        }
      }),
    )
  })
})
