import { z } from 'zod'

const problemSchema = z.looseObject({
  code: z.string(),
  detail: z.string(),
  retryable: z.boolean(),
  requestId: z.string().optional(),
  issues: z.array(z.looseObject({ field: z.string(), message: z.string() })).optional(),
})

/**
 * What went wrong with a call. `code` is the marketplace's (its page is at `/errors/<code>`), or one of ours with status 0:
 * `network_error` (no answer came: what was sent may have been done), `still_waiting` (the event has not ended yet),
 * `receipt_invalid` (not signed by the marketplace) and `receipt_altered` (its readable part says something else than was signed).
 */
export class SpeciesError extends Error {
  override readonly name = 'SpeciesError'
  readonly code: string
  readonly status: number
  readonly detail: string
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: boolean
  readonly requestId: string | undefined
  readonly issues: readonly { readonly field: string; readonly message: string }[]

  constructor(
    problem: Pick<SpeciesError, 'code' | 'status' | 'detail' | 'retryable'> &
      Partial<Pick<SpeciesError, 'requestId' | 'issues'>>,
    options?: { cause?: unknown },
  ) {
    super(`${problem.code}: ${problem.detail}`, options)
    this.code = problem.code
    this.status = problem.status
    this.detail = problem.detail
    this.retryable = problem.retryable
    this.requestId = problem.requestId
    this.issues = problem.issues ?? []
  }
}

/** The error of an answer that is not a success, whether or not it is a problem document (RFC 9457). */
export function errorOf({ status, headers, body }: { status: number; headers: Headers; body: unknown }): SpeciesError {
  const problem = problemSchema.safeParse(body)
  const requestId = headers.get('x-request-id') ?? undefined
  if (problem.success) {
    const { code, detail, retryable, issues = [] } = problem.data
    return new SpeciesError({ code, status, detail, retryable, requestId: problem.data.requestId ?? requestId, issues })
  }
  const detail = `The server answered ${status} without a problem document.`
  return new SpeciesError({ code: 'unexpected_answer', status, detail, retryable: status >= 500, requestId })
}
