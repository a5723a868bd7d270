import type { ErrorCode } from './errors.ts'

/** The answer is no, and why. A value, never thrown inside the core. `code` is a key of the error catalogue. */
export interface Refusal<Code extends ErrorCode = ErrorCode> {
  readonly code: Code
  /** One or two sentences for the caller: what was wrong and what to do next. */
  readonly detail: string
}

export type Result<T, R extends Refusal = Refusal> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: R }

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value }
}

export function refuse<Code extends ErrorCode>(
  code: Code,
  detail: string,
): { readonly ok: false; readonly refusal: Refusal<Code> } {
  return { ok: false, refusal: { code, detail } }
}
