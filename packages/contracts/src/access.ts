import type { Result } from '@species/kernel'
import { z } from 'zod'
import type { ErrorCode } from './errors.ts'
import type { KeyLimits } from './messages.ts'

/**
 * What a key may do. `operator` is for the people who run the marketplace and never for trading. `payout` sends money out; no key can
 * give it to another.
 */
export const scopeSchema = z.enum(['read', 'trade', 'keys', 'wallets', 'webhooks', 'payout', 'operator'])
export type Scope = z.infer<typeof scopeSchema>

export const keyAlgorithmSchema = z.enum(['hmac', 'ed25519'])
export type KeyAlgorithm = z.infer<typeof keyAlgorithmSchema>

/** What an operator may do; each role may do all that the ones before it may. A viewer changes nothing. */
export const operatorRoles = ['viewer', 'operator', 'treasurer', 'admin'] as const
export type OperatorRole = (typeof operatorRoles)[number]

/** Whether an operator of this role may do what takes at least the other. Without a role there is nothing that they may. */
export function hasRole(role: OperatorRole | undefined, least: OperatorRole): boolean {
  return role !== undefined && operatorRoles.indexOf(role) >= operatorRoles.indexOf(least)
}

/** Who signed a request. */
export interface Principal {
  readonly onliId: string
  readonly keyId: string
  readonly scopes: readonly Scope[]
  readonly limits?: KeyLimits
  /** Of an operator's key: the person whose it is. */
  readonly operatorId?: string
  /** Of an operator's key: the role of the person. */
  readonly role?: OperatorRole
}

/** The person behind an operator's key; of any other key its owner. */
export function personOf({ onliId, operatorId = onliId }: Pick<Principal, 'onliId' | 'operatorId'>): string {
  return operatorId
}

/** Who did something, as it is recorded for ever: the person or the user, and with which of their keys. */
export function actorOf(who: Pick<Principal, 'onliId' | 'keyId' | 'operatorId'>): string {
  return `${personOf(who)}/${who.keyId}`
}

/** Headers by name, whatever the case; values of a repeated name are joined by commas (RFC 9110 section 5.3). */
export interface RequestHeaders extends Iterable<[string, string]> {
  get(name: string): string | null
  has(name: string): boolean
}

/** A request as its signature covers it. `url` is the full address the client called. */
export interface SignedRequest {
  readonly method: string
  readonly url: string
  readonly headers: RequestHeaders
  readonly body: Uint8Array
  /** True only for `POST /marketplace/v1/events`: the specification's own HMAC scheme is taken there and nowhere else. */
  readonly allowSpecificationScheme: boolean
  /** Set where a suspended or frozen user may ask it. */
  readonly whileSuspended?: true
}

export type AccessRefusal = { readonly code: ErrorCode; readonly detail: string }

/**
 * Asked once the signature is known to be right and before anything of the request is stored; throws to turn the caller away.
 * `freshUntilMs`: until when the same signed request would be taken.
 */
export type Admit = (principal: Principal, freshUntilMs: number) => Promise<void>

/**
 * Tells who signed a request. Nonces of requests that change something are stored in the same call, durably; a repeated
 * nonce is refused, except for the exact resend of an event, which is returned as `resend: true`.
 */
export interface RequestVerifier {
  verify(
    request: SignedRequest,
    admit?: Admit,
  ): Promise<Result<{ principal: Principal; resend: boolean }, AccessRefusal>>
}
