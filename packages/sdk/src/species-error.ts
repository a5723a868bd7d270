import type { components } from './gen/api.ts'

type Problem = components['schemas']['Problem']

/** A code of the marketplace; its page is at `/errors/<code>`. */
type ApiErrorCode = Problem['code']

/**
 * What this package itself has to say, with status 0: `network_error` (no answer came), `unexpected_answer` (an answer that is not
 * the marketplace's, as of a proxy; it has a status), `still_waiting` (the event has not ended yet), `receipt_invalid` (not signed
 * by the marketplace), `receipt_key_distrusted` (signed by a key that others may know), `receipt_altered` (its readable part says something else than was signed), `webhook_invalid`.
 */
type ClientErrorCode =
  | 'network_error'
  | 'unexpected_answer'
  | 'still_waiting'
  | 'receipt_invalid'
  | 'receipt_key_distrusted'
  | 'receipt_altered'
  | 'webhook_invalid'

/** A newer marketplace may have codes that this package does not know. */
export type ErrorCode = ApiErrorCode | ClientErrorCode | (string & {})

/**
 * What a failed call means for what it should have done. `refused`: it was not done, and will not be unless you change something.
 * `later`: it was not done; the same call may succeed later. `unknown`: it may have been done.
 */
export type FailedOutcome = 'refused' | 'later' | 'unknown'

/** What to do about an error, as a word for programs; {@link SpeciesError.detail} says it to people. */
export type NextStep =
  'change_the_request' | 'check_the_key' | 'ask_the_owner' | 'read_again' | 'send_again_later' | 'find_out' | 'wait'

interface ErrorFields {
  readonly code: ErrorCode
  readonly status: number
  readonly detail: string
  readonly retryable: boolean
  readonly outcome?: FailedOutcome | undefined
  readonly requestId?: string | undefined
  readonly retryAfterMs?: number | undefined
  readonly issues?: SpeciesError['issues'] | undefined
}

/** What went wrong with a call. */
export class SpeciesError extends Error {
  override readonly name = 'SpeciesError'
  readonly code: ErrorCode
  /** Of the HTTP answer; 0 where there was none. */
  readonly status: number
  readonly detail: string
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: boolean
  readonly outcome: FailedOutcome
  readonly nextStep: NextStep
  readonly requestId: string | undefined
  /** Ms that the marketplace asks you to wait. */
  readonly retryAfterMs: number | undefined
  readonly issues: readonly { readonly field: string; readonly message: string }[]

  constructor(problem: ErrorFields, options?: { cause?: unknown }) {
    super(`${problem.code}: ${problem.detail}`, options)
    this.code = problem.code
    this.status = problem.status
    this.detail = problem.detail
    this.retryable = problem.retryable
    this.outcome = problem.outcome ?? outcomeOf(problem)
    this.nextStep = nextStepOf(this.code, this.outcome)
    this.requestId = problem.requestId
    this.retryAfterMs = problem.retryAfterMs
    this.issues = problem.issues ?? []
  }
}

/** Refusals before anything was done, which pass by themselves. */
const passing = new Set<ErrorCode>(['rate_limited', 'overloaded', 'trading_halted', 'too_many_unproven_payments'])

function outcomeOf({ code, status }: ErrorFields): FailedOutcome {
  if (passing.has(code)) return 'later'
  const isOurs = code !== 'unexpected_answer'
  return isOurs && status >= 400 && status < 500 && code !== 'request_timeout' ? 'refused' : 'unknown'
}

/**
 * After a try without an answer, only a refusal of the content itself still says that nothing was done: the first try had the same
 * content. Any other refusal may be of the second try alone.
 */
export function afterUnknown(error: SpeciesError): SpeciesError {
  if (error.outcome === 'unknown' || [400, 413, 415, 422].includes(error.status)) return error
  const { code, status, detail, retryable, requestId, retryAfterMs, issues } = error
  const problem = { code, status, detail, retryable, requestId, retryAfterMs, issues }
  return new SpeciesError({ ...problem, outcome: 'unknown' }, { cause: error })
}

const steps: Readonly<Partial<Record<ErrorCode, NextStep>>> = {
  unauthenticated: 'check_the_key',
  invalid_signature: 'check_the_key',
  stale_signature: 'check_the_key',
  scheme_not_allowed: 'check_the_key',
  key_revoked: 'check_the_key',
  forbidden: 'ask_the_owner',
  user_suspended: 'ask_the_owner',
  not_your_account: 'ask_the_owner',
  precondition_failed: 'read_again',
  still_waiting: 'wait',
}

function nextStepOf(code: ErrorCode, outcome: FailedOutcome): NextStep {
  const own = steps[code]
  if (own) return own
  return ({ unknown: 'find_out', later: 'send_again_later', refused: 'change_the_request' } as const)[outcome]
}

/** The error of an answer that is not a success, whether or not it is a problem document (RFC 9457). */
export function errorOf({ status, headers, body }: { status: number; headers: Headers; body: unknown }): SpeciesError {
  const requestId = headers.get('x-request-id') ?? undefined
  const seconds = Number(headers.get('retry-after') ?? NaN)
  const retryAfterMs = seconds >= 0 ? seconds * 1_000 : undefined
  if (isProblem(body)) {
    const { code, detail, retryable, issues } = body
    return new SpeciesError({
      code,
      status,
      detail,
      retryable,
      requestId: body.requestId ?? requestId,
      retryAfterMs,
      issues,
    })
  }
  const detail = `The server answered ${status} without a problem document.`
  return new SpeciesError({
    code: 'unexpected_answer',
    status,
    detail,
    retryable: status >= 500,
    requestId,
    retryAfterMs,
  })
}

function isProblem(body: unknown): body is Pick<Problem, 'code' | 'detail' | 'retryable' | 'issues'> & {
  requestId?: string
} {
  if (typeof body !== 'object' || body === null) return false
  const { code, detail, retryable } = body as Partial<Record<string, unknown>>
  return typeof code === 'string' && typeof detail === 'string' && typeof retryable === 'boolean'
}
