import type { ErrorCode } from '@species/contracts'
import { ok } from '@species/kernel'
import { describe, expect, it } from 'vitest'
import { type MatchedEvent, claim, config, matchedBody } from '../test-world.ts'
import { fund } from './fund.ts'
import { LedgerBook } from './ledger-book.ts'
import { LimitBook, chargesOf } from './limits.ts'
import { PoolShares } from './pool-share.ts'
import { postingOf } from './posting.ts'

const poolShareBasisPoints = 500

interface Row {
  readonly name: string
  readonly event: MatchedEvent
  readonly balances?: Readonly<Record<string, bigint>>
  readonly stopped?: ErrorCode
  readonly vanished?: bigint
  readonly poolHeld?: bigint
  readonly outcome: string
}

const chainPaid = (amount: bigint): MatchedEvent => ({
  intent: 'BUY_TREASURY',
  from: 'alice',
  match: { units: 1n, totalMicro: 1_000_000n },
  payment: { source: 'chain', claims: [claim(1, 'alice', amount)] },
})
const creditPaid: MatchedEvent = { ...chainPaid(0n), payment: { source: 'credit', claims: [] } }
const due = 1_005_000n
const sell: MatchedEvent = { intent: 'SELL_MARKET', from: 'alice', match: { units: 3n } }
const redeem: MatchedEvent = { intent: 'REDEEM', from: 'alice', match: { units: 3n, totalMicro: 9n } }
const limited = (event: MatchedEvent): MatchedEvent => ({ ...event, more: { limits: { unitsPerHour: 2n } } })

// The balances stand after the payment was credited.
const rows: readonly Row[] = [
  {
    name: 'a payment that covers price and fee to the micro-unit',
    event: chainPaid(due),
    balances: { 'user:alice USDT': due },
    outcome: 'funded',
  },
  {
    name: 'a payment one micro-unit short, even if credit would cover it',
    event: chainPaid(due - 1n),
    balances: { 'user:alice USDT': due * 9n },
    outcome: 'insufficient_payment',
  },
  {
    name: 'a payment that vanished, though other credit would cover it',
    event: chainPaid(due),
    balances: { 'user:alice USDT': due * 9n },
    vanished: 1n,
    outcome: 'insufficient_payment',
  },
  {
    name: 'a payment that was spent by another event meanwhile',
    event: chainPaid(due),
    balances: { 'user:alice USDT': due - 1n },
    outcome: 'insufficient_payment',
  },
  {
    name: 'credit that covers price and fee',
    event: creditPaid,
    balances: { 'user:alice USDT': due },
    outcome: 'funded',
  },
  {
    name: 'credit one micro-unit short',
    event: creditPaid,
    balances: { 'user:alice USDT': due - 1n },
    outcome: 'insufficient_payment',
  },
  { name: 'units that are there', event: sell, balances: { 'user:alice SPECIES': 3n }, outcome: 'funded' },
  { name: 'one unit short', event: sell, balances: { 'user:alice SPECIES': 2n }, outcome: 'insufficient_units' },
  {
    name: 'a pool that can pay',
    event: redeem,
    balances: { 'user:alice SPECIES': 3n, 'liquidity_pool USDT': 180n },
    outcome: 'funded',
  },
  {
    name: 'more of the pool than one user may hold',
    event: redeem,
    balances: { 'user:alice SPECIES': 3n, 'liquidity_pool USDT': 179n },
    outcome: 'pool_share_exceeded',
  },
  {
    name: 'all of the pool that one user may hold, with what they hold already',
    event: redeem,
    balances: { 'user:alice SPECIES': 3n, 'liquidity_pool USDT': 200n },
    poolHeld: 1n,
    outcome: 'funded',
  },
  {
    name: 'more of the pool than one user may hold, with what they hold already',
    event: redeem,
    balances: { 'user:alice SPECIES': 3n, 'liquidity_pool USDT': 200n },
    poolHeld: 2n,
    outcome: 'pool_share_exceeded',
  },
  {
    name: 'a pool that cannot',
    event: redeem,
    balances: { 'user:alice SPECIES': 3n, 'liquidity_pool USDT': 8n },
    outcome: 'pool_exhausted',
  },
  {
    name: 'a redeemer without units',
    event: redeem,
    balances: { 'liquidity_pool USDT': 9n },
    outcome: 'insufficient_units',
  },
  { name: 'a redeemer without units, of an empty pool', event: redeem, outcome: 'insufficient_units' },
  {
    name: 'a stopped key, though all is covered',
    event: sell,
    balances: { 'user:alice SPECIES': 3n },
    stopped: 'key_revoked',
    outcome: 'key_revoked',
  },
  {
    name: 'a limit that is passed, though all is covered',
    event: limited(sell),
    balances: { 'user:alice SPECIES': 3n },
    outcome: 'limit_exceeded',
  },
]

describe('funding', () => {
  it.each(rows)('$name: $outcome', ({ event, balances = {}, stopped, vanished = 0n, poolHeld = 0n, outcome }) => {
    const dossier = matchedBody(1, event)
    const posting = postingOf(dossier, config)
    const book = new LedgerBook(
      posting.lines.map(({ account, asset }) => ({
        account,
        asset,
        posted: balances[`${account} ${asset}`] ?? 0n,
        held: 0n,
      })),
    )
    const limits = new LimitBook([])
    const charges = chargesOf(dossier, '2026-01-01T00:00:00.000Z')
    const decided = fund(book, limits, {
      dossier,
      posting,
      charges,
      poolShares: new PoolShares(new Map([['alice', poolHeld]]), poolShareBasisPoints),
      stopped: stopped === undefined ? undefined : { code: stopped, detail: '' },
      paymentTransferIds: [],
      vanishedMicro: vanished,
    })
    expect(decided.ok ? 'funded' : decided.refusal.code).toBe(outcome)
    if (!decided.ok) expect([book.changed(), limits.changed()]).toEqual([[], []])
  })

  it('leaves the book alone where the limit is passed by an earlier event of the batch', () => {
    const dossier = matchedBody(1, limited({ ...sell, match: { units: 2n } }))
    const posting = postingOf(dossier, config)
    const book = new LedgerBook([
      { account: 'user:alice', asset: 'SPECIES', posted: 10n, held: 0n },
      { account: 'market:escrow', asset: 'SPECIES', posted: 0n, held: 0n },
    ])
    const limits = new LimitBook([])
    const charges = ok([{ keyId: 'k', windowName: 'hour', units: 2n, limit: 2n }])
    const once = () =>
      fund(book, limits, {
        dossier,
        posting,
        charges,
        poolShares: new PoolShares(new Map(), 0),
        stopped: undefined,
        paymentTransferIds: [],
        vanishedMicro: 0n,
      })
    expect([once().ok, once().ok]).toEqual([true, false])
    expect(book.changed().map((balance) => balance.held)).toEqual([2n])
  })
})
