import {
  type Chain,
  type Claim,
  type Dossier,
  type ErrorCode,
  type MarketplaceConfig,
  type StateBodies,
  nextRecheckMs,
} from '@species/contracts'
import { backOffMs } from '@species/kernel'
import { type Outgoing, about } from '@species/bus'
import { advance, assertFirst, review, wait } from '@species/flow'
import { type ClaimRow, claimName, insertClaims, toClaim } from '../adapters/claim-rows.ts'
import { type VerdictRow, storeVerdicts } from '../adapters/verdict-rows.ts'
import { awaitingOf } from '../domain/awaiting.ts'
import { citedIn } from '../domain/cited.ts'
import { paymentOf } from '../domain/carried.ts'
import { clockToleranceMs } from '../domain/chain-rules.ts'
import type { ValidatorDeps } from './deps.ts'
import { type Proof, halted } from './prove.ts'

/** An event whose payment was asked for, with the answer. */
export interface Asked {
  readonly dossier: StateBodies['classified']
  readonly trace: string
  readonly config: MarketplaceConfig
  readonly proof: Proof
  /** Of an event that cites a quote. */
  readonly quoted?: Quoted
  /** For so long the chain was halted since accept: deadlines move by that. */
  readonly stoodStillMs: number
  /** How often it was asked before, and whether the event was refused for a missed deadline since. */
  readonly before: { readonly checks: number; readonly watched: boolean; readonly approved: boolean }
}

/** The quote that an event cites, and until when its payment had to be mined (Unix ms). */
interface Quoted {
  readonly quoteId: string
  readonly chain: Chain
  readonly untilMs: number
}

const firstPauseMs = 500
const longestPauseMs = 30_000
/** What came in for a quote is read from our own rows. */
const quotedPauseMs = 2_000
const longestWatchPauseMs = 3_600_000
/** A review is told of again after this long, in case the message or the decision was lost. */
const reviewPauseMs = 300_000

/**
 * Claims and decides a batch in one transaction: a claim is never there without its yes. Of several events with one payment
 * the earliest gets it, in one batch and in many processes. Answers with the messages that follow.
 */
export async function recordVerdicts(deps: ValidatorDeps, asked: readonly Asked[]): Promise<Outgoing[]> {
  if (asked.length === 0) return []
  const nowMs = deps.clock.now()
  const agedMs = await deps.retention.now()
  const rows = await deps.database.transaction(async (tx) => {
    // BEGIN goes out with the first statement: were that the claims, they would stay without their yes where BEGIN fails.
    const { config } = await deps.latestConfig(tx).latest()
    const standing = asked.map((one) => stopIfHalted(one, config))
    const wanted = standing.flatMap((one) => claimRows(one, nowMs))
    const mine = await insertClaims(tx, wanted)
    const got = Map.groupBy(mine, (row) => row.eventKey)
    const decided = standing.map((one) => {
      const claims = (got.get(one.dossier.eventKey) ?? []).map(toClaim)
      return { one, row: verdictOf(one, claims, nowMs, agedMs), claims }
    })
    const stored = await storeVerdicts(
      tx,
      decided.map(({ row }) => row),
    )
    // Given up with its claims: when it comes again the other's row is found.
    assertFirst([...stored], decided)
    for (const { one, row, claims } of decided)
      if (one.quoted && row.outcome !== 'waiting') await deps.quotes(tx).end(one.quoted.quoteId, claims.length > 0)
    return decided
  })
  for (const { one, claims } of rows) count(deps, one, claims)
  return rows.flatMap(({ one, row, claims }) => [
    ...claims.map((claim) => claimed(one.trace, row.eventKey, claim)),
    ...messagesOf(one, row),
  ])
}

/** A halt that came after the chain was asked still stops the claim. */
function stopIfHalted(asked: Asked, latest: MarketplaceConfig): Asked {
  const chain = asked.quoted?.chain ?? asked.dossier.event.payWith?.chain
  return chain !== undefined && latest.chains[chain].halted ? { ...asked, proof: halted } : asked
}

/** Counts a look at a payment, and the money it brought. */
function count({ metrics }: ValidatorDeps, { dossier, proof, quoted }: Asked, claims: readonly Claim[]): void {
  const chain = quoted?.chain ?? citedIn(dossier).chain
  const isOpen = proof.kind === 'wait' || proof.kind === 'review'
  const outcome =
    claims.length > 0 ? 'verified' : isOpen ? lookOf(proof.kind === 'review' ? 'in_review' : proof.reason) : 'refused'
  metrics.verificationTotal.inc({ chain, outcome })
  for (const claim of claims) metrics.paidUsdt.inc({ chain }, Number(claim.amountMicro) / 1_000_000)
}

const lookOf = (reason: string): string => (awaitingOf(reason).what === 'chain' ? 'unanswered' : 'pending')

function claimRows({ dossier, trace, config, proof, quoted }: Asked, nowMs: number): ClaimRow[] {
  if (proof.kind !== 'pays') return []
  const { chain, hash, blockNumber, blockTimeMs } = proof.transaction
  return proof.claimable.map(({ transfer, amountMicro, nth }) => ({
    chain,
    hash,
    logIndex: transfer.logIndex,
    payer: dossier.event.from,
    amountMicro,
    rawValue: transfer.rawValue,
    nth,
    fromAddress: transfer.fromAddress,
    toAddress: transfer.toAddress,
    blockNumber,
    blockTimeMs,
    eventKey: dossier.eventKey,
    trace,
    claimedAtMs: nowMs,
    recheckAtMs: nextRecheckMs(chain, config, nowMs, 0),
    reason: undefined,
    ...(quoted ? { heldFor: { kind: 'quote' as const, ref: quoted.quoteId } } : {}),
  }))
}

/** Until when a payment is waited for, and until when it is watched after that. */
export function deadlinesOf(
  dossier: Pick<Dossier, 'times'>,
  { deadlines }: MarketplaceConfig,
  nowMs: number,
  stoodStillMs: number,
): { untilMs: number; watchUntilMs: number } {
  const untilMs = (dossier.times.accepted ?? nowMs) + deadlines.paymentMs + stoodStillMs
  return { untilMs, watchUntilMs: untilMs + deadlines.paymentWatchMs }
}

/** `agedMs` is never ahead: a clock that was set forward ends no watch, after which late money would not be found here any more. */
function verdictOf(asked: Asked, claims: readonly Claim[], nowMs: number, agedMs: number): VerdictRow {
  const { dossier, trace, config, proof, before } = asked
  const { untilMs, watchUntilMs } = deadlinesOf(dossier, config, nowMs, asked.stoodStillMs)
  const base = {
    eventKey: dossier.eventKey,
    trace,
    untilMs,
    watchUntilMs,
    checks: before.checks + 1,
    decidedAtMs: nowMs,
    versions: proof.versions,
    approved: before.approved,
    payment: undefined,
    refusal: undefined,
    dossier: undefined,
    reason: undefined,
    dueAtMs: undefined,
  }
  if (before.watched) return { ...base, ...watched(asked, claims, nowMs, agedMs >= watchUntilMs) }
  if (claims.length > 0) return { ...base, ...paid(asked, claims, nowMs) }
  if (proof.kind === 'pays')
    return {
      ...base,
      outcome: 'refused',
      refusal: refusal('already_claimed', 'This payment was used for another event. One transfer pays once.'),
    }
  if (proof.kind === 'no') return { ...base, outcome: 'refused', refusal: refusal(proof.code, proof.detail) }
  // Time alone ends no review.
  if (proof.kind === 'review')
    return { ...base, outcome: 'waiting', dossier, reason: 'in_review', dueAtMs: nowMs + reviewPauseMs }
  const dueAtMs = nowMs + backOffMs({ firstMs: firstPauseMs, longestMs: longestPauseMs }, before.checks)
  // A quote says by itself when nothing comes any more.
  if (asked.quoted)
    return {
      ...base,
      outcome: 'waiting',
      dossier,
      reason: proof.reason,
      dueAtMs: Math.min(dueAtMs, nowMs + quotedPauseMs),
    }
  if (nowMs < untilMs || proof.reason === halted.reason)
    return { ...base, outcome: 'waiting', dossier, reason: proof.reason, dueAtMs }
  return {
    ...base,
    outcome: 'refused',
    dossier,
    refusal: missedDeadline(proof.reason),
    reason: proof.reason,
    dueAtMs: nowMs + longestPauseMs,
  }
}

/**
 * A payment buys at the price of accept only if it was mined soon after accept. Later it is still the payer's money: it is
 * claimed, and becomes credit on the road back.
 */
function paid(
  { dossier, config, proof, quoted }: Asked,
  claims: readonly Claim[],
  nowMs: number,
): Pick<VerdictRow, 'outcome' | 'payment' | 'refusal'> {
  const payment = paymentOf(claims)
  if (quoted && proof.kind === 'pays') {
    if (proof.transaction.blockTimeMs <= quoted.untilMs + clockToleranceMs)
      return { outcome: 'validated', payment, refusal: undefined }
    const ended = new Date(quoted.untilMs).toISOString()
    const late = `The quote held for payments mined by ${ended}; this one was mined later. The money is kept as your credit.`
    return { outcome: 'refused', payment, refusal: refusal('quote_ended', late) }
  }
  const holdsUntilMs = (dossier.times.accepted ?? nowMs) + config.priceHoldMs
  if (proof.kind !== 'pays' || proof.transaction.blockTimeMs <= holdsUntilMs + clockToleranceMs)
    return { outcome: 'validated', payment, refusal: undefined }
  const detail = `The price held for payments mined by ${new Date(holdsUntilMs).toISOString()}; this one was mined later. The money is kept as your credit.`
  return { outcome: 'refused', payment, refusal: refusal('price_expired', detail) }
}

/** After a refusal for a missed deadline: what arrives is claimed as credit, and the event stays refused. */
function watched(
  asked: Asked,
  claims: readonly Claim[],
  nowMs: number,
  isOver: boolean,
): Pick<VerdictRow, 'outcome' | 'dossier' | 'refusal' | 'reason' | 'dueAtMs'> {
  const inReview = asked.proof.kind === 'review'
  const over = !inReview && (claims.length > 0 || asked.proof.kind !== 'wait' || isOver)
  const { refusal: said } = asked.dossier
  const { untilMs } = deadlinesOf(asked.dossier, asked.config, nowMs, asked.stoodStillMs)
  return {
    outcome: 'refused',
    dossier: over ? undefined : asked.dossier,
    refusal: said ?? missedDeadline('not_found'),
    reason: claims.length > 0 ? 'arrived late; kept as credit' : undefined,
    dueAtMs: over ? undefined : nowMs + (inReview ? reviewPauseMs : watchPauseMs(nowMs - untilMs)),
  }
}

/**
 * As long as the payment is late already, so it doubles: what comes late mostly comes soon, and hashes of nothing must not be asked
 * for every half minute for days.
 */
function watchPauseMs(lateMs: number): number {
  return Math.min(Math.max(lateMs, longestPauseMs), longestWatchPauseMs)
}

function missedDeadline(lastWord: string): VerdictRow['refusal'] {
  const later = 'If the payment arrives later it is kept as your credit.'
  if (lastWord.startsWith('confirmations'))
    return refusal('payment_not_final', `The payment was not final in time (${lastWord}). ${later}`)
  if (lastWord === 'not_found')
    return refusal('payment_not_found', `The chain shows no such transaction: check the hash and the chain. ${later}`)
  return refusal('payment_unconfirmable', `The chain could not be asked in time. ${later}`)
}

function refusal(code: ErrorCode, detail: string): NonNullable<VerdictRow['refusal']> {
  return { code, detail, by: 'validator' }
}

function messagesOf(asked: Asked, row: VerdictRow): Outgoing[] {
  const { dossier, proof } = asked
  if (proof.kind === 'review')
    return [review(asked, dossier, { by: 'validator', reason: proof.reason, facts: proof.facts })]
  if (asked.before.watched) return []
  if (row.outcome !== 'waiting') return answer(dossier, asked.trace, row)
  if (asked.before.checks > 0) return []
  return [wait(asked, dossier, { by: 'validator', reason: row.reason ?? '', untilMs: row.untilMs })]
}

/** What a stored verdict says, again or for the first time. */
export function answer(
  dossier: Dossier & Pick<StateBodies['classified'], 'intent'>,
  trace: string,
  { outcome, payment, refusal, decidedAtMs }: VerdictRow,
): Outgoing[] {
  if (outcome === 'validated' && payment) return [advance('validated', { trace }, dossier, { payment }, decidedAtMs)]
  if (outcome !== 'refused' || !refusal) return []
  // What came too late for its price goes along, so that the road back credits it before the receipt is written.
  const sections = { refusal, ...(payment ? { payment } : {}) }
  return [advance('refused', { trace }, dossier, sections, decidedAtMs)]
}

/** Tells the cashier of a claim, whatever becomes of the event. */
export function claimed(trace: string, eventKey: string, claim: Claim): Outgoing {
  return about('payment.claimed', { trace }, { key: claimName(claim), partitionKey: claim.payer }, { eventKey, claim })
}
