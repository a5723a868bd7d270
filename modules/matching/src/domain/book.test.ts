import type { Fill } from '@species/contracts'
import { type Result, ok } from '@species/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Book, type Order, type OrderRefusal } from './book.ts'
import { type Listing, byPriceAndTime } from './listing.ts'
import type { Means } from './means.ts'
import { maxFills } from './search.ts'

const nowMs = 1_000
const listing = (
  listingId: string,
  seller: string,
  units: bigint,
  price: bigint,
  more: Partial<Listing> = {},
): Listing => ({
  listingId,
  seller,
  unitPriceMicro: price,
  unitsTotal: units + 5n,
  unitsAvailable: units,
  unitsReserved: 0n,
  status: 'open',
  createdAtMs: 1,
  expiresAtMs: nowMs + 1,
  withheld: false,
  ...more,
})
const order = (units: bigint, more: Partial<Order> = {}): Order => ({
  buyer: 'buyer',
  units,
  listingId: undefined,
  named: undefined,
  maxUnitPriceMicro: undefined,
  immediateOrCancel: false,
  means: undefined,
  ...more,
})
const bookOf = (listings: Listing[], hidden: string[] = []): Book => {
  const book = new Book(listings, { nowMs })
  book.hide(hidden)
  return book
}
const fill = (book: Book, asked: Order): Result<Fill[], OrderRefusal> => {
  const found = book.find(asked)
  return found.ok ? ok(book.reserve(found.value)) : found
}
const told = (book: Book, asked: Order): string => {
  const got = fill(book, asked)
  return got.ok ? got.value.map((one) => `${one.units} of ${one.listingId}`).join(', ') : got.refusal.code
}

/** The book of every row below: cheapest last, so that the order of the rows says nothing. */
const shelf = (): Listing[] => [
  listing('dear', 'sam', 10n, 30n),
  listing('younger', 'sue', 10n, 20n, { createdAtMs: 3 }),
  listing('older', 'sid', 10n, 20n, { createdAtMs: 2 }),
  listing('own', 'buyer', 10n, 5n),
  listing('late', 'sam', 10n, 5n, { expiresAtMs: nowMs }),
  listing('shut', 'sam', 10n, 5n, { status: 'closed' }),
  listing('closing', 'sam', 10n, 5n, { status: 'closing' }),
  listing('pending', 'sam', 0n, 5n, { status: 'pending' }),
  listing('hidden', 'bad', 10n, 5n),
  listing('withheld', 'sam', 10n, 5n, { withheld: true }),
  listing('sold', 'sam', 0n, 5n, { unitsReserved: 5n }),
]

/** So much credit is free, and the fee is one percent. */
const credit = (freeMicro: bigint): Means => ({ source: 'credit', freeMicro, feeBasisPoints: 100 })

const rows: [string, Order, string][] = [
  ['takes the cheapest, the older of two', order(5n), '5 of older'],
  ['goes on to the next by time, then by price', order(25n), '10 of older, 10 of younger, 5 of dear'],
  ['takes nothing if not all is there', order(31n), 'no_liquidity'],
  ['takes what is there with IOC', order(31n, { immediateOrCancel: true }), '10 of older, 10 of younger, 10 of dear'],
  ['never pays more than it allows', order(21n, { maxUnitPriceMicro: 20n }), 'no_liquidity'],
  [
    'takes what is cheap enough with IOC',
    order(21n, { maxUnitPriceMicro: 20n, immediateOrCancel: true }),
    '10 of older, 10 of younger',
  ],
  ['finds nothing cheap enough', order(1n, { maxUnitPriceMicro: 19n, immediateOrCancel: true }), 'no_liquidity'],
  ['takes the listing it names, however dear', order(5n, { listingId: 'dear' }), '5 of dear'],
  ['names the seller of the listing', order(5n, { listingId: 'dear', named: 'sam' }), '5 of dear'],
  ['names itself as the receiver', order(5n, { listingId: 'dear', named: 'buyer' }), '5 of dear'],
  ['names somebody else', order(5n, { listingId: 'dear', named: 'sue' }), 'ambiguous_event'],
  ['names a listing with too few units', order(11n, { listingId: 'dear' }), 'listing_too_small'],
  ['takes what a named listing has with IOC', order(11n, { listingId: 'dear', immediateOrCancel: true }), '10 of dear'],
  ['names a listing dearer than it allows', order(1n, { listingId: 'dear', maxUnitPriceMicro: 29n }), 'no_liquidity'],
  ['names its own listing', order(1n, { listingId: 'own' }), 'own_listing'],
  ['names a listing whose time is over to the millisecond', order(1n, { listingId: 'late' }), 'listing_expired'],
  ['names a closed listing', order(1n, { listingId: 'shut' }), 'listing_gone'],
  ['names a listing that is taken off', order(1n, { listingId: 'closing' }), 'listing_gone'],
  ['names a listing whose units are not there yet', order(1n, { listingId: 'pending' }), 'listing_not_found'],
  ['names a listing of a suspended seller', order(1n, { listingId: 'hidden' }), 'listing_gone'],
  ['names a listing without free units', order(1n, { listingId: 'sold', immediateOrCancel: true }), 'listing_gone'],
  ['names a listing that purchases at the best price pass over', order(1n, { listingId: 'withheld' }), '1 of withheld'],
  ['can pay the price with the fee to the micro-unit', order(5n, { means: credit(101n) }), '5 of older'],
  ['is a micro-unit short of the price with the fee', order(5n, { means: credit(100n) }), 'insufficient_payment'],
  ['pays too little on a chain', order(5n, { means: { ...credit(100n), source: 'chain' } }), 'insufficient_payment'],
  ['cannot pay the listing it names', order(5n, { listingId: 'dear', means: credit(150n) }), 'insufficient_payment'],
  [
    'cannot pay all that is there, with IOC',
    order(99n, { immediateOrCancel: true, means: credit(600n) }),
    'insufficient_payment',
  ],
  ['finds too little, and could not pay even that', order(99n, { means: credit(0n) }), 'insufficient_payment'],
  ['names what does not exist', order(1n, { listingId: 'none' }), 'listing_not_found'],
]

describe('a purchase', () => {
  test.each(rows)('%s', (_name, asked, must) => {
    expect(told(bookOf(shelf(), ['bad']), asked)).toBe(must)
  })

  test('that is refused leaves the book as it was', () => {
    const book = bookOf(shelf(), ['bad'])
    fill(book, order(31n))
    expect(book.changed()).toEqual([])
  })

  test('that costs more than the ledger can hold is refused', () => {
    expect(told(bookOf([listing('huge', 'sam', 10n ** 15n, 10n ** 15n)]), order(10n ** 15n))).toBe('invalid_amount')
  })

  test(`takes from ${maxFills} listings at most`, () => {
    const crumbs = Array.from({ length: maxFills + 1 }, (_, index) =>
      listing(`crumb${String(index).padStart(3, '0')}`, 'sam', 1n, 1n),
    )
    expect(told(bookOf(crumbs), order(BigInt(maxFills) + 1n))).toBe('no_liquidity')
    const some = fill(bookOf(crumbs), order(BigInt(maxFills) + 1n, { immediateOrCancel: true }))
    expect(some.ok && some.value.length).toBe(maxFills)
  })
})

describe('a delisting', () => {
  const taken = (book: Book, listingId: string, seller: string): string => {
    const got = book.delist(listingId, seller)
    return got.ok ? `${got.value.units} ${got.value.listing.status}` : got.refusal.code
  }
  test.each([
    ['takes all free units', 'dear', 'sam', '10 open'],
    ['takes those of a listing whose time is over', 'late', 'sam', '10 open'],
    ['takes what came back after it was taken off', 'closing', 'sam', '10 closing'],
    ['finds all units reserved', 'sold', 'sam', 'nothing_to_delist'],
    ['is not for strangers', 'dear', 'sue', 'not_your_listing'],
    ['comes too late', 'shut', 'sam', 'listing_gone'],
    ['comes too early', 'pending', 'sam', 'listing_gone'],
    ['names what does not exist', 'none', 'sam', 'listing_not_found'],
  ])('%s', (_name, listingId, seller, must) => {
    expect(taken(bookOf(shelf()), listingId, seller)).toBe(must)
  })

  test('closes the listing once it has settled, wholly only when nothing of it is reserved for anybody', () => {
    const book = bookOf([listing('one', 'sam', 10n, 1n)])
    fill(book, order(4n))
    expect(taken(book, 'one', 'sam')).toBe('6 open')
    book.consume('one', 6n)
    book.close('one')
    expect(book.changed()[0]).toMatchObject({ status: 'closing', unitsReserved: 4n })
    book.giveBack('one', 4n)
    expect(taken(book, 'one', 'sam')).toBe('4 closing')
    book.consume('one', 4n)
    expect(book.changed()[0]).toMatchObject({ status: 'closed', unitsAvailable: 0n, unitsReserved: 0n })
  })

  test('that fails leaves the listing on the market', () => {
    const book = bookOf([listing('one', 'sam', 10n, 1n)])
    taken(book, 'one', 'sam')
    book.giveBack('one', 10n)
    expect(book.changed()).toEqual([listing('one', 'sam', 10n, 1n)])
    expect(told(book, order(4n))).toBe('4 of one')
  })

  test('is followed by nobody: what is consumed or given back twice is a bug', () => {
    const book = bookOf([listing('one', 'sam', 10n, 1n)])
    fill(book, order(4n))
    book.consume('one', 4n)
    expect(() => {
      book.consume('one', 4n)
    }).toThrow('consumed twice')
    expect(() => {
      book.giveBack('one', 4n)
    }).toThrow('given back twice')
  })
})

const people = ['ann', 'bob', 'cat', 'dan']
const listings = fc
  .array(
    fc.record({
      seller: fc.constantFrom(...people),
      units: fc.bigInt(0n, 6n),
      price: fc.bigInt(1n, 4n),
      createdAtMs: fc.integer({ min: 1, max: 3 }),
      expiresAtMs: fc.constantFrom(nowMs, nowMs + 1),
      status: fc.constantFrom('open' as const, 'open' as const, 'closing' as const),
    }),
    { maxLength: 12 },
  )
  .map((all) => all.map(({ seller, units, price, ...more }, index) => listing(`l${index}`, seller, units, price, more)))
const orders = fc.array(
  fc.record({
    buyer: fc.constantFrom(...people),
    units: fc.bigInt(1n, 12n),
    maxUnitPriceMicro: fc.option(fc.bigInt(1n, 4n), { nil: undefined }),
    immediateOrCancel: fc.boolean(),
  }),
  { maxLength: 8 },
)

/** The naive book: one unit after the other, each time the best one there is. */
function oneByOne(shelf: Listing[], asked: Order, hidden: string): Map<string, bigint> | undefined {
  const left = shelf.map((one) => ({ ...one }))
  const taken = new Map<string, bigint>()
  for (let unit = 0n; unit < asked.units; unit++) {
    const [best] = left
      .filter((one) => one.status === 'open' && one.expiresAtMs > nowMs && one.unitsAvailable > 0n)
      .filter((one) => one.seller !== asked.buyer && one.seller !== hidden)
      .filter((one) => asked.maxUnitPriceMicro === undefined || one.unitPriceMicro <= asked.maxUnitPriceMicro)
      .sort(byPriceAndTime)
    if (!best) {
      if (!asked.immediateOrCancel || taken.size === 0) return undefined
      break
    }
    best.unitsAvailable--
    taken.set(best.listingId, (taken.get(best.listingId) ?? 0n) + 1n)
  }
  for (const one of left) {
    const before = shelf.find((candidate) => candidate.listingId === one.listingId)
    if (before) before.unitsAvailable = one.unitsAvailable
  }
  return taken
}

test('every order gets what the naive book gives, and nothing is oversold, whatever came before it', () => {
  fc.assert(
    fc.property(listings, orders, (shelf, all) => {
      const book = bookOf(shelf, ['dan'])
      const naive = shelf.map((one) => ({ ...one }))
      for (const some of all) {
        const asked = order(some.units, some)
        const must = oneByOne(naive, asked, 'dan')
        const got = fill(book, asked)
        expect(got.ok ? new Map(got.value.map((one) => [one.listingId, one.units])) : undefined).toEqual(must)
        if (got.ok) for (const one of got.value) expect(one.totalMicro).toBe(one.units * one.unitPriceMicro)
      }
      for (const one of book.changed()) {
        const before = shelf.find((candidate) => candidate.listingId === one.listingId)
        expect(one.unitsAvailable + one.unitsReserved).toBe(
          (before?.unitsAvailable ?? 0n) + (before?.unitsReserved ?? 0n),
        )
        expect(one.unitsAvailable >= 0n).toBe(true)
      }
    }),
  )
})
