import { randomUUID } from 'node:crypto'
import { type ErrorCode, errorCatalogue } from '@species/contracts'

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
  const { title, status, retryable } = errorCatalogue[problem.code]
  const body = {
    type: `${context.baseUrl}/errors/${problem.code}`,
    title,
    status,
    code: problem.code,
    detail: problem.detail,
    retryable,
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
