import { randomUUID } from 'node:crypto'
import { type ErrorCode, errorCatalogue } from '@species/contracts'

/** HTTP status of each code that a problem document can carry (RFC 9110); chosen here, at the edge, and nowhere inward. */
const statusOf: Partial<Record<ErrorCode, number>> = {
  malformed_json: 400,
  invalid_request: 400,
  invalid_amount: 400,
  body_too_large: 413,
  request_timeout: 408,
  headers_too_large: 431,
  expectation_failed: 417,
  unsupported_transfer_coding: 501,
  unsupported_media_type: 415,
  not_found: 404,
  method_not_allowed: 405,
  precondition_failed: 412,
  vaults_fixed: 409,
  payouts_unsupported: 422,
  unauthenticated: 401,
  invalid_signature: 401,
  stale_signature: 401,
  replayed_nonce: 401,
  scheme_not_allowed: 401,
  key_revoked: 401,
  user_suspended: 403,
  forbidden: 403,
  not_your_account: 403,
  rate_limited: 429,
  reserved_name: 422,
  already_exists: 409,
  wallet_taken: 409,
  wallet_proof_invalid: 422,
  challenge_expired: 409,
  event_id_conflict: 422,
  trading_halted: 503,
  too_many_unproven_payments: 429,
  overloaded: 503,
  service_unavailable: 503,
  internal_error: 500,
}

/** Names a request in its answer and in our log. */
export function newRequestId(uuid: string = randomUUID()): string {
  return `req_${uuid.replaceAll('-', '').slice(0, 24)}`
}

export interface FieldIssue {
  readonly field: string
  readonly message: string
}

/** Thrown inside a handler to answer with a problem document (RFC 9457). */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ErrorCode
  readonly detail: string
  readonly issues: readonly FieldIssue[]
  readonly retryAfterSeconds: number | undefined
  readonly members: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>

  /** `members`: more members of the document (RFC 9457 section 3.2), for programs to read. `headers`: more of the answer's. */
  constructor(
    code: ErrorCode,
    detail: string,
    extra: {
      issues?: readonly FieldIssue[]
      retryAfterSeconds?: number
      members?: Readonly<Record<string, unknown>>
      headers?: Readonly<Record<string, string>>
    } = {},
  ) {
    super(`${code}: ${detail}`)
    this.code = code
    this.detail = detail
    this.issues = extra.issues ?? []
    this.retryAfterSeconds = extra.retryAfterSeconds
    this.members = extra.members ?? {}
    this.headers = extra.headers ?? {}
  }
}

export function problemResponse(problem: Problem, context: { requestId: string; baseUrl: string }): Response {
  const entry = errorCatalogue[problem.code]
  const status = statusOf[problem.code] ?? 422
  const body = {
    type: `${context.baseUrl}/errors/${problem.code}`,
    title: entry.title,
    status,
    code: problem.code,
    detail: problem.detail,
    retryable: entry.retryable,
    requestId: context.requestId,
    ...(problem.issues.length > 0 ? { issues: problem.issues } : {}),
    ...problem.members,
  }
  const headers = new Headers({
    ...problem.headers,
    'content-type': 'application/problem+json',
    'x-request-id': context.requestId,
    'cache-control': 'no-store',
  })
  if (problem.retryAfterSeconds !== undefined) headers.set('retry-after', String(problem.retryAfterSeconds))
  if (status === 415) headers.set('accept-encoding', 'identity')
  if (status === 401) headers.set('www-authenticate', 'Signature realm="species"')
  return new Response(JSON.stringify(body), { status, headers })
}
