import type { FaultCode } from './fault-codes.ts'

/**
 * A failure that is not caused by the request: a database or a partner is unavailable, a file cannot be read.
 * `retryable` faults are worth the same call again; a message that meets one is delivered again without counting.
 */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: FaultCode
  readonly retryable: boolean
  /** What a stranger may read. `detail` is for the log alone. */
  readonly publicMessage: string
  readonly detail: Readonly<Record<string, unknown>>

  constructor(
    code: FaultCode,
    options: { retryable: boolean; publicMessage: string; detail?: Record<string, unknown>; cause?: unknown },
  ) {
    super(options.publicMessage, { cause: options.cause })
    this.code = code
    this.retryable = options.retryable
    this.publicMessage = options.publicMessage
    this.detail = options.detail ?? {}
  }
}
