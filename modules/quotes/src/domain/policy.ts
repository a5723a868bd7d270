/**
 * What becomes of money that came in for a quote: one table, so that every case is decided in one place. Nothing here knows chains or
 * rows.
 */

/** A transfer as the table sees it. */
export interface Incoming {
  /** An address of the quote's own, one that quotes share and tell apart by amounts, or one that a custodian has for its payment. */
  readonly at: 'own' | 'shared' | 'custody'
  /** Of a custodian's address: whether it was this payment's (`held`), had a deposit before (`used`), or was given up (`over`). */
  readonly lease?: 'held' | 'used' | 'over'
  readonly token: 'usdt' | 'other'
  /**
   * Who sent it. At an address of its own that matters only where an earlier holder of the address has proven the wallet, or where the
   * address changed hands at about that time.
   */
  readonly sender: 'holder' | 'earlier_holder' | 'unknown'
  readonly amount: 'exact' | 'short' | 'excess' | 'dust'
  /** By the time of its block and the end of the quote. */
  readonly mined: 'in_time' | 'late'
  /** `open`: nothing has paid it before. */
  readonly quote: 'open' | 'paid' | 'ended'
}

/**
 * `payment`: an event that cites the quote is paid with it. If it is short the event is refused with `insufficient_payment` and the money
 * is credit; what exceeds the price is credit. `credit`: the holder's, at once. `operator`: it is not decided by itself.
 */
export type Decision = 'payment' | 'credit' | 'operator'

interface Row {
  readonly when: Partial<Incoming>
  readonly then: Decision
  readonly why: string
}

/** The first row that fits decides. */
const policies: readonly Row[] = [
  { when: { token: 'other' }, then: 'operator', why: 'it is not the USDT that was asked for' },
  { when: { lease: 'over' }, then: 'operator', why: 'the custodian may have given the address to another' },
  {
    when: { lease: 'used' },
    then: 'operator',
    why: 'to the custodian it is another payment, which is credited by no rule',
  },
  { when: { sender: 'earlier_holder' }, then: 'operator', why: 'it may be meant for an earlier quote of the address' },
  { when: { at: 'shared', sender: 'unknown' }, then: 'operator', why: 'the wallet is not known' },
  { when: { at: 'shared', amount: 'short' }, then: 'operator', why: 'the amount names no quote' },
  { when: { at: 'shared', amount: 'excess' }, then: 'operator', why: 'the amount names no quote' },
  { when: { at: 'shared', amount: 'dust' }, then: 'operator', why: 'the amount names no quote' },
  { when: { mined: 'late' }, then: 'credit', why: 'the price does not hold any more' },
  { when: { quote: 'ended' }, then: 'credit', why: 'the quote was cancelled or has ended' },
  { when: { quote: 'paid' }, then: 'credit', why: 'a quote is paid once' },
  { when: { amount: 'dust' }, then: 'credit', why: 'strangers must not end a quote with next to nothing' },
  { when: {}, then: 'payment', why: 'it is what was asked for, or the holder’s attempt at it' },
]

export function decide(incoming: Incoming): Decision {
  const row = policies.find(({ when }) =>
    Object.entries(when).every(([name, value]) => incoming[name as keyof Incoming] === value),
  )
  return row?.then ?? 'operator'
}

/** Less than this part of what is due ends no quote. */
const dustPart = 100n

export function amountOf(paidMicro: bigint, dueMicro: bigint): Incoming['amount'] {
  if (paidMicro === dueMicro) return 'exact'
  if (paidMicro > dueMicro) return 'excess'
  return paidMicro * dustPart < dueMicro ? 'dust' : 'short'
}
