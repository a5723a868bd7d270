import type { WebhookAnswer, WebhookFailure } from '@species/contracts'
import { backOffMs } from '@species/kernel'

const minuteMs = 60_000
const hourMs = 3_600_000

/** The pauses before each retry, as Standard Webhooks recommends them: three days and some hours in all. */
const pausesMs: readonly number[] = [
  5_000,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
]
/** Attempts of one delivery before it is given up: the first, and one after each pause. */
export const maxTries = 10
/** Each pause is longer by up to this part of it, at random: what failed together is not retried together. */
const jitter = 0.1
/** What a server asks for by `Retry-After` is granted up to this. */
const longestRetryAfterMs = 3_600_000
/** An endpoint without a single success for this long is disabled. */
export const longestFailureMs = 259_200_000

/** How one attempt went, and what becomes of the delivery. Times in Unix ms. */
export type Verdict =
  | { readonly kind: 'delivered' }
  /** The server wants nothing more: the endpoint is disabled. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'retry'; readonly atMs: number }
  | { readonly kind: 'given_up' }

/** Decides about a delivery after an attempt; `tries` are those before it, `random` is from 0 to 1. */
export function judge(
  answer: WebhookAnswer,
  { tries, nowMs, random }: { readonly tries: number; readonly nowMs: number; readonly random: number },
): Verdict {
  if (answer.kind === 'answered' && answer.status >= 200 && answer.status < 300) return { kind: 'delivered' }
  if (answer.kind === 'answered' && answer.status === 410) return { kind: 'gone' }
  const pauseMs = pausesMs[tries]
  if (pauseMs === undefined) return { kind: 'given_up' }
  const askedMs = answer.kind === 'answered' ? (answer.retryAfterSeconds ?? 0) * 1_000 : 0
  const ownMs = Math.round(pauseMs * (1 + jitter * random))
  return { kind: 'retry', atMs: nowMs + Math.max(ownMs, Math.min(askedMs, longestRetryAfterMs)) }
}

/** What an endpoint's failures are. */
export interface Health {
  /** Turns in a row in which nothing was delivered. */
  readonly failures: number
  readonly failingSinceMs: number | undefined
}

export type AfterTurn =
  | { readonly kind: 'healthy' }
  | (Health & { readonly kind: 'rests'; readonly untilMs: number })
  | { readonly kind: 'disabled'; readonly for: 'gone' | 'failing' }

const rest = { firstMs: 1_000, longestMs: 300_000 }
/** After a turn in which nothing could be sent, because all that is due waits for an earlier message of its key. */
const blockedMs = 1_000

/**
 * What becomes of an endpoint after a turn. One that delivers something is healthy, whatever single messages it refuses. One that
 * delivers nothing rests, longer each time: meanwhile what it has pending costs nothing. `agedMs` is never ahead: one failure before and
 * one after a clock is set forward are not three days without success.
 */
export function afterTurn(
  before: Health,
  verdicts: readonly Verdict[],
  { nowMs, agedMs }: { readonly nowMs: number; readonly agedMs: number },
): AfterTurn {
  if (verdicts.some(({ kind }) => kind === 'gone')) return { kind: 'disabled', for: 'gone' }
  if (verdicts.length === 0) return { kind: 'rests', ...before, untilMs: nowMs + blockedMs }
  if (verdicts.some(({ kind }) => kind === 'delivered')) return { kind: 'healthy' }
  const failingSinceMs = before.failingSinceMs ?? nowMs
  if (agedMs - failingSinceMs >= longestFailureMs) return { kind: 'disabled', for: 'failing' }
  const untilMs = nowMs + backOffMs(rest, before.failures)
  return { kind: 'rests', failures: before.failures + 1, failingSinceMs, untilMs }
}

/** A failure in words for the owner of the endpoint. */
export const failureInWords: Readonly<Record<WebhookFailure, string>> = {
  address_not_allowed: 'The name has an address that is not public.',
  name_not_found: 'The name has no address.',
  no_connection: 'No connection could be made, or it was closed before an answer.',
  tls_failed: 'The certificate is not valid, or no TLS connection could be made.',
  timeout: 'No answer came in time.',
  bad_answer: 'The answer was not HTTP, or its headers were too large.',
}
