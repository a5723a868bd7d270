import type { Delivery, ErrorCode, MoveOutcome, MoveRequest } from '@species/contracts'
import { unreachable } from '@species/kernel'
import { deliveryOf, isWhatWasAsked } from './move.ts'

/** What becomes of an open delivery after the partner was asked. */
export type Judgement =
  | { readonly kind: 'delivered'; readonly delivery: Delivery }
  | { readonly kind: 'cancelled'; readonly code: ErrorCode; readonly detail: string }
  | { readonly kind: 'waiting'; readonly operationId: string | undefined }
  | { readonly kind: 'open'; readonly reason: string }
  | { readonly kind: 'review'; readonly reason: string }

export interface OpenDelivery {
  readonly request: MoveRequest
  /** Whether the owner's consent is awaited, and the operation known. */
  readonly waiting: boolean
  readonly operationId: string | undefined
  readonly untilMs: number
  /** How often the partner was asked before this answer. */
  readonly checks: number
  /** False where it is certain that the partner was never called with the request. */
  readonly sent: boolean
}
export type Question = 'verify' | 'move' | 'cancel'

/** How long a delivery that is past its time may still be unknown before a person is asked. */
const patienceMs = 60_000
/** So often the partner is asked before a person is: after an outage of ours the first answer may be late by itself. */
const fewestAsks = 4
/** No call was made: while the partner is known to be down no fact is missing that a person could have. */
const longestSilenceMs = 3_600_000

/** Judges one answer. Only a definite no that can no longer become yes cancels; what stays unknown goes to review. */
export function judge(open: OpenDelivery, outcome: MoveOutcome, nowMs: number): Judgement {
  switch (outcome.kind) {
    case 'yes':
      return isWhatWasAsked(outcome.value, open.request)
        ? { kind: 'delivered', delivery: deliveryOf(open.request, outcome.value.operationId) }
        : {
            kind: 'review',
            reason: `Onli Cloud says operation ${outcome.value.operationId} moved something else than was asked`,
          }
    case 'no':
      return { kind: 'cancelled', code: outcome.refusal.code, detail: outcome.refusal.detail }
    case 'not_yet':
      if (outcome.reason === 'awaiting_consent') {
        // First heard of after an outage: the owner still has his time, or the move is withdrawn next.
        if (open.waiting && nowMs > open.untilMs + patienceMs)
          return { kind: 'review', reason: 'Onli Cloud does not end a move whose consent has expired' }
        return { kind: 'waiting', operationId: outcome.operationId ?? open.operationId }
      }
      return openUntil(open, `Onli Cloud knows no such operation yet (${outcome.reason})`, nowMs)
    case 'unknown':
      return openUntil(open, outcome.reason, outcome.notAsked === true ? nowMs - longestSilenceMs : nowMs)
    default:
      return unreachable(outcome)
  }
}

function openUntil(open: OpenDelivery, reason: string, nowMs: number): Judgement {
  const limit = open.waiting ? open.untilMs + patienceMs : open.untilMs
  return nowMs > limit && open.checks + 1 >= fewestAsks
    ? { kind: 'review', reason: `whether the units moved stays unknown: ${reason}` }
    : { kind: 'open', reason }
}

/** What to ask of an open delivery that is due. A move is sent again only where the partner honours its key, or never got it. */
export function nextQuestion(open: OpenDelivery, honoursIdempotencyKeys: boolean, nowMs: number): Question {
  if (open.waiting) return nowMs > open.untilMs ? 'cancel' : 'verify'
  return honoursIdempotencyKeys || !open.sent ? 'move' : 'verify'
}
