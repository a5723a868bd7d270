import type { Result } from '@species/kernel'
import type { AccessRefusal, Principal } from './access.ts'
import type { Chain } from './chains.ts'

/** A request as it is confirmed: what it does, byte for byte. */
export interface Action {
  readonly method: string
  /** Without host and query. */
  readonly path: string
  readonly body: string
}

/**
 * The header that carries a confirmation: `passkey.time.assertion`, the time in Unix ms, the assertion as JSON in base64url; or of a second
 * key `keyId.time.signature`, the signature in base64url.
 */
export const confirmationHeader = 'Species-Confirmation'

/** The text under a confirmation. `bodyHash`: SHA-256 of the body in base64url. */
export function confirmationText(
  {
    onliId,
    method,
    path,
    bodyHash,
  }: Pick<Action, 'method' | 'path'> & { readonly onliId: string; readonly bodyHash: string },
  atMs: number,
): string {
  return ['SPECIES confirmation 1', onliId, `${method} ${path}`, bodyHash, String(atMs)].join('\n')
}

/** Tells whether a person has confirmed an action: bound to the exact request, so that a session or a stolen key is not enough. */
export interface ConfirmPort {
  /** Whether money may leave on this chain: it is for play. Real ones wait until balances on chains are reconciled with the books. */
  isTrusted(chain: Chain): boolean
  /** Refuses with `confirmation_required` or `confirmation_invalid`. `by`: what confirmed it, as it is recorded. */
  confirm(
    asking: Pick<Principal, 'onliId' | 'keyId' | 'operatorId'>,
    action: Action,
    confirmation: string | null,
  ): Promise<Result<{ readonly by: string }, AccessRefusal>>
}
