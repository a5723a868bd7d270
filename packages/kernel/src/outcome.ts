import type { ErrorCode } from './errors.ts'
import type { Refusal } from './result.ts'

/**
 * A partner's answer has four outcomes, never two.
 * - `yes`: it is so, with the facts.
 * - `no`: definite and final.
 * - `not_yet`: the partner answered; the answer may change by itself (confirmations, consent, an unknown hash).
 * - `unknown`: no trustworthy answer (time-out, error, garbage). Releases nothing, repeats no effect without its key.
 */
export type Outcome<T, R extends Refusal = Refusal> =
  | { readonly kind: 'yes'; readonly value: T }
  | { readonly kind: 'no'; readonly refusal: R }
  | { readonly kind: 'not_yet'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string }

export function yes<T>(value: T): { readonly kind: 'yes'; readonly value: T } {
  return { kind: 'yes', value }
}
export function no<Code extends ErrorCode>(
  code: Code,
  detail: string,
): { readonly kind: 'no'; readonly refusal: Refusal<Code> } {
  return { kind: 'no', refusal: { code, detail } }
}
export function notYet(reason: string): { readonly kind: 'not_yet'; readonly reason: string } {
  return { kind: 'not_yet', reason }
}
export function unknown(reason: string): { readonly kind: 'unknown'; readonly reason: string } {
  return { kind: 'unknown', reason }
}
