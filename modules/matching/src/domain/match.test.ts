import type { StateBodies, UserStanding } from '@species/contracts'
import { describe, expect, test } from 'vitest'
import { buy, config, credit, delist, hourMs, listingOf, sell, startMs, validated } from '../test-world.ts'
import { Book } from './book.ts'
import { eventKeyOf, listingIdOf, matchEvent } from './match.ts'

const nowMs = startMs + 1_000
const standing = (onliId: string, status: UserStanding['status']): [string, UserStanding] => [
  onliId,
  { onliId, vaultId: 'v', status },
]
const standings = new Map([
  ...['buyer', 'ann', 'bob'].map((onliId) => standing(onliId, 'active')),
  standing('sue', 'suspended'),
  standing('fay', 'frozen'),
])
const open = {
  listingId: listingOf(1),
  seller: 'ann',
  unitPriceMicro: 2_000_000n,
  unitsTotal: 10n,
  unitsAvailable: 10n,
  unitsReserved: 0n,
  status: 'open',
  createdAtMs: startMs,
  expiresAtMs: nowMs + 1,
  withheld: false,
} as const
const bigNumber = '9000000000000000'

const decide = (dossier: StateBodies['validated']): string => {
  const expiresAt = dossier.event.putProceeds?.expiresAt
  const expiresAtMs = expiresAt === undefined ? undefined : Date.parse(expiresAt)
  const got = matchEvent(new Book([open], { nowMs }), {
    dossier,
    config,
    standings,
    nowMs,
    expiresAtMs,
  })
  if (!got.ok) return got.refusal.code
  const { units, totalMicro, listing } = got.value
  return `${units} for ${totalMicro}${listing ? `, until ${(listing.expiresAtMs - startMs) / 1_000} s at ${listing.unitPriceMicro}` : ''}`
}

const rows: [string, StateBodies['validated'], string][] = [
  [
    'treasury: the price of the pinned config',
    validated(2, 'BUY_TREASURY', { to: 'treasury', amount: '4', payWith: credit }),
    '4 for 6000000',
  ],
  [
    'treasury: more than the ledger can hold',
    validated(2, 'BUY_TREASURY', { to: 'treasury', amount: bigNumber, payWith: credit }),
    'invalid_amount',
  ],
  ['redeem: the redeem price', validated(2, 'REDEEM', { to: 'liquidity_pool', amount: '4' }), '4 for 5000000'],
  ['transfer: no money', validated(2, 'TRANSFER', { to: 'bob', amount: '4' }), '4 for 0'],
  ['transfer: to nobody', validated(2, 'TRANSFER', { to: 'nobody', amount: '4' }), 'unknown_party'],
  ['transfer: to a suspended user', validated(2, 'TRANSFER', { to: 'sue', amount: '4' }), 'user_suspended'],
  [
    'transfer: from a suspended user',
    validated(2, 'TRANSFER', { from: 'sue', to: 'bob', amount: '4' }),
    'user_suspended',
  ],
  [
    'redeem: by a frozen user',
    validated(2, 'REDEEM', { from: 'fay', to: 'liquidity_pool', amount: '4' }),
    'user_suspended',
  ],
  [
    'sell: at its own price, for its own time',
    sell(2, 'ann', 4, '3', new Date(startMs + hourMs * 2).toISOString()),
    '4 for 0, until 7200 s at 3000000',
  ],
  [
    'sell: at the treasury price, for the usual time',
    validated(2, 'SELL_MARKET', { from: 'ann', to: 'market', amount: '4' }),
    '4 for 0, until 3600 s at 1500000',
  ],
  ['sell: until a moment that is past', sell(2, 'ann', 4, '3', new Date(nowMs).toISOString()), 'listing_expired'],
  [
    'sell: for longer than allowed',
    sell(2, 'ann', 4, '3', new Date(startMs + hourMs * 24 + 1).toISOString()),
    'listing_expired',
  ],
  [
    'sell: for more than the ledger can hold',
    validated(2, 'SELL_MARKET', {
      from: 'ann',
      amount: bigNumber,
      putProceeds: { currency: 'USDT', unitPrice: '1000000' },
    }),
    'invalid_amount',
  ],
  ['buy: at the best price', buy(2, 'buyer', 4), '4 for 8000000'],
  ['buy: what there is', buy(2, 'buyer', 11, { timeInForce: 'IOC' }), '10 for 20000000'],
  ['buy: no dearer than', buy(2, 'buyer', 4, { payWith: { ...credit, maxUnitPrice: '1.999999' } }), 'no_liquidity'],
  ['buy: a listing', buy(2, 'buyer', 4, { listingId: listingOf(1) }), '4 for 8000000'],
  [
    'buy: a listing, naming a reserved name beside it',
    buy(2, 'buyer', 4, { listingId: listingOf(1), to: 'treasury' }),
    '4 for 8000000',
  ],
  [
    'buy: a listing of somebody else than is named',
    buy(2, 'buyer', 4, { listingId: listingOf(1), to: 'bob' }),
    'ambiguous_event',
  ],
  ['delist: by its seller', delist(2, 'ann', listingOf(1)), '10 for 0, until 1.001 s at 2000000'],
  ['delist: by a stranger', delist(2, 'bob', listingOf(1)), 'not_your_listing'],
  ['delist: by a suspended user', delist(2, 'sue', listingOf(1)), 'user_suspended'],
]

describe('matchEvent', () => {
  test.each(rows)('%s', (_name, dossier, must) => {
    expect(decide(dossier)).toBe(must)
  })

  test('a lapse gives a suspended seller their units back', () => {
    const book = new Book([{ ...open, seller: 'sue' }], { nowMs })
    book.hide(['sue'])
    const dossier = delist(2, 'sue', listingOf(1), { lapsed: true })
    expect(matchEvent(book, { dossier, config, standings, nowMs, expiresAtMs: undefined }).ok).toBe(true)
  })

  test.each([
    [4, 0, 'listing_below_minimum'],
    [5, 2, 'listed'],
    [5, 3, 'too_many_listings'],
  ])('a sale of %d units by a seller with %d listings', (units, openListings, must) => {
    const bounded = { ...config, listing: { ...config.listing, minUnits: 5, maxOpenPerSeller: 3 } }
    const request = { dossier: sell(2, 'ann', units), config: bounded, standings, nowMs, expiresAtMs: undefined }
    const got = matchEvent(new Book([], { nowMs }), request, { openListings })
    expect(got.ok ? 'listed' : got.refusal.code).toBe(must)
  })

  test('a listing tells the event that opened it', () => {
    const key = '01940000-0000-7000-8000-0000000000af'
    expect(eventKeyOf(listingIdOf(key))).toBe(key)
  })
})
