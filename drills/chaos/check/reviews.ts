import { setTimeout as pause } from 'node:timers/promises'
import type { Book } from '../traffic/book.ts'
import type { Stage } from '../stage/stage.ts'
import type { Caller } from '../traffic/caller.ts'
import { type PartnerView, lookAtPartner } from './partner.ts'

/** A review as `GET /admin/v1/reviews` shows it to an operator. */
export interface Review {
  readonly eventKey: string
  readonly eventId: string
  readonly owner: string
  readonly raisedBy: string
  readonly reason: string
}

export interface Reviewed {
  /** How many events were visibly in review. */
  readonly count: number
  /** Reasons that are not true. */
  readonly findings: readonly string[]
}

const asManyAsAPageShows = 200

/** Waits until every accepted event has ended or is in review; gives up after `timeoutMs`. */
export async function untilEndedOrInReview(book: Book, operator: Caller, timeoutMs: number): Promise<void> {
  const until = Date.now() + timeoutMs
  for (let round = 0; book.unended.length > 0 && Date.now() < until; round++) {
    await pause(200)
    if (round % 10 !== 9 || book.unended.length > asManyAsAPageShows) continue
    const open = await openReviews(operator)
    if (book.unended.every((entry) => open.some((one) => isOf(one, entry)))) return
  }
}

/**
 * Decides what is in review as an operator would: by looking at Onli Cloud whether the units moved. So even these events end, and
 * vaults and balances can be compared to the last unit.
 */
export async function decideReviews(book: Book, operator: Caller, stage: Stage): Promise<Reviewed> {
  const findings: string[] = []
  let count = 0
  for (;;) {
    const open = (await openReviews(operator)).filter((one) => book.unended.some((entry) => isOf(one, entry)))
    if (open.length === 0) return { count, findings }
    const partner = await lookAtPartner(stage.sandboxUrl)
    for (const review of open) {
      count++
      findings.push(...reasonFindings(review, partner, stage.mayMissAnswers(review.raisedBy)))
      const decision = (partner.moved.get(review.eventKey) ?? []).length > 0 ? 'confirm' : 'refuse'
      const reason = `the drill looked at Onli Cloud: the units ${decision === 'confirm' ? 'moved' : 'did not move'}`
      await operator.call('POST', `/admin/v1/reviews/${review.eventKey}`, { decision, reason })
    }
    await untilEndedOrInReview(book, operator, 60_000)
    const stuck = open.filter((review) => book.unended.some((entry) => isOf(review, entry)))
    findings.push(...stuck.map((one) => `${one.eventId} was decided by the operator and did not end`))
    if (stuck.length > 0) return { count, findings }
  }
}

async function openReviews(operator: Caller): Promise<Review[]> {
  return ((await operator.call('GET', '/admin/v1/reviews')) as { reviews: Review[] }).reviews
}

function isOf(review: Review, entry: { eventId: string; owner: string }): boolean {
  return review.eventId === entry.eventId && review.owner === entry.owner
}

/** Whether the reason of a review is true by what Onli Cloud has, and by what the drill has done to it and to who asked it. */
export function reasonFindings(review: Review, partner: Pick<PartnerView, 'moved'>, mayMissAnswers: boolean): string[] {
  const moved = (partner.moved.get(review.eventKey) ?? []).length > 0
  const told = `${review.eventId} is in review (${review.raisedBy}: ${review.reason})`
  if (/knows no such operation|did not happen/.test(review.reason)) return moved ? [`${told}, but the units moved`] : []
  if (/stays unknown|no answer|does not end/.test(review.reason))
    return mayMissAnswers ? [] : [`${told}, but no partner was made to fail and nobody who asks one was killed`]
  return [`${told}; the partner told no lies in this drill, so that cannot be`]
}
