import { createHash, createSecretKey, generateKeyPairSync } from 'node:crypto'
import {
  type AccessRefusal,
  type Admit,
  type RequestVerifier,
  type SignedRequest,
  eventIdSchema,
} from '@species/contracts'
import { type Result, ok, refuse } from '@species/kernel'
import type { Bus } from '@species/bus'
import type { Sql } from '@species/database'
import type { Clock, Metrics, Sealer } from '@species/platform'
import { type KeyDirectory, type KnownKey, createKeyDirectory } from '../adapters/key-directory.ts'
import { readMessageSignature } from '../adapters/message-signature.ts'
import { type UseNonce, createNonceStore } from '../adapters/nonce-store.ts'
import { type SignatureClaim, type Verification, isSignedBy } from '../adapters/signature-claim.ts'
import { readSpecificationSignature } from '../adapters/specification-signature.ts'
import { isUsable } from '../domain/api-key.ts'
import { freshUntil, isFresh } from '../domain/freshness.ts'

export interface RequestVerifierDeps {
  /** The primary: a replica could still know a key that was revoked. */
  readonly database: Sql
  readonly bus: Pick<Bus, 'tap'>
  readonly clock: Clock
  readonly sealer: Sealer
  readonly metrics: Pick<Metrics, 'cacheTotal'>
}

/** The verifier of this process. Whoever changes a user's access here says so with `forget`, after the commit. */
export interface AccessVerifier extends RequestVerifier {
  forget(onliId: string): void
}

/**
 * Tells who signed a request. Everything that needs no key comes first, then the signature, and only for a right one whether the
 * key is good, its owner may ask so often, and its nonce is new: a stranger learns nothing of keys and writes no row,
 * and who is turned away for asking too often has used up no nonce.
 */
export function createRequestVerifier(deps: RequestVerifierDeps): AccessVerifier {
  const directory = createKeyDirectory({ ...deps, cacheTotal: deps.metrics.cacheTotal })
  const useNonce = createNonceStore(deps)
  deps.bus.tap('access.changed', (message) => {
    directory.forget(message.body.onliId)
  })
  return {
    forget: (onliId) => {
      directory.forget(onliId)
    },
    verify: async (request, admit) => await verify({ clock: deps.clock, directory, useNonce }, request, admit),
  }
}

type Verified = Awaited<ReturnType<RequestVerifier['verify']>>

async function verify(
  deps: { clock: Clock; directory: KeyDirectory; useNonce: UseNonce },
  request: SignedRequest,
  admit: Admit | undefined,
): Promise<Verified> {
  const read = readClaim(request)
  if (!read.ok) return read
  const claim = read.value
  const reads = request.method === 'GET' || request.method === 'HEAD'
  if (claim.nonce === undefined && !reads) {
    return refuse('invalid_signature', 'A request that changes something needs the parameter `nonce`.')
  }
  if (!isFresh(claim.signedAtMs, claim.expiresAtMs, deps.clock.now())) {
    return refuse(
      'stale_signature',
      'The time of the signature must be within five minutes of ours, and not past `expires`.',
    )
  }
  const known = signerOf(await deps.directory.find(claim.keyId), claim)
  if (!known) return refuse('invalid_signature', 'No such key, or the signature is not its own for this request.')
  const { key } = known
  const principal = {
    onliId: key.onliId,
    keyId: key.keyId,
    scopes: key.scopes,
    ...(key.limits ? { limits: key.limits } : {}),
    ...(key.operatorId === undefined ? {} : { operatorId: key.operatorId }),
    ...(known.role === undefined ? {} : { role: known.role }),
  }
  // First whether the key is good: one that was revoked uses up nothing of its owner's, nor of other operators'.
  const standing = standingOf(known, claim, reads || request.whileSuspended === true, deps.clock.now())
  if (!standing.ok) return standing
  await admit?.(principal, freshUntil(claim.signedAtMs, claim.expiresAtMs))
  if (reads || claim.nonce === undefined) return ok({ principal, resend: false })
  const use = { owner: key.onliId, nonce: claim.nonce, eventId: eventIdOf(request.body), requestHash: hashOf(request) }
  const verdict = await deps.useNonce(use)
  if (verdict === 'replayed')
    return refuse('replayed_nonce', 'Make a new nonce for every request that is not the same event again.')
  return ok({ principal, resend: verdict === 'resend' })
}

/** A request that carries both kinds of signature is taken by the one that covers more. */
function readClaim(request: SignedRequest): Result<SignatureClaim, AccessRefusal> {
  const { headers } = request
  if (headers.has('signature') || headers.has('signature-input')) return readMessageSignature(request)
  if (!headers.has('x-signature') && !headers.has('x-api-key')) {
    return refuse('unauthenticated', 'Sign the request with HTTP Message Signatures (RFC 9421). See /docs.')
  }
  if (request.allowSpecificationScheme) return readSpecificationSignature(request)
  return refuse('scheme_not_allowed', 'This address takes HTTP Message Signatures (RFC 9421) alone.')
}

const nobody: Readonly<Record<Verification['alg'], Verification>> = {
  hmac: { alg: 'hmac', secret: createSecretKey(new Uint8Array(32)) },
  ed25519: { alg: 'ed25519', publicKey: generateKeyPairSync('ed25519').publicKey },
}

/**
 * The key, if the signature is its own. The algorithm is the key's: one that the caller names may only agree. For a key
 * that does not exist the same work is done, so that time tells nobody which keys do.
 */
function signerOf(known: KnownKey | undefined, claim: SignatureClaim): KnownKey | undefined {
  const agrees = known !== undefined && (claim.alg ?? known.key.alg) === known.key.alg
  if (!agrees) {
    isSignedBy(nobody[claim.alg ?? 'hmac'], claim)
    return undefined
  }
  return isSignedBy(known.verification, claim) ? known : undefined
}

function standingOf(
  known: KnownKey,
  claim: SignatureClaim,
  isAlwaysAllowed: boolean,
  nowMs: number,
): Result<true, AccessRefusal> {
  if (!isUsable(known.key, nowMs)) return refuse('key_revoked', 'The key is revoked or has expired. Use another one.')
  if (known.key.operatorId !== undefined && known.role === undefined)
    return refuse('user_suspended', 'This operator is suspended: none of their keys works.')
  if (!known.key.schemes.includes(claim.scheme)) {
    return refuse('scheme_not_allowed', `This key signs by ${known.key.schemes.join(' or ')} alone.`)
  }
  if (known.ownerStatus !== 'active' && !isAlwaysAllowed) {
    return refuse(
      'user_suspended',
      `The user is ${known.ownerStatus}: you can read, and do what makes you safer, such as revoking a key.`,
    )
  }
  return ok(true)
}

/** What was asked for: the same event sent twice has the same. */
function hashOf(request: SignedRequest): string {
  const target = request.url.replace(/^[a-z]+:\/\/[^/?]*/i, '')
  return createHash('sha256').update(`${request.method} ${target}\n`).update(request.body).digest('base64url')
}

/** The event id of a body that has one. Anything else is no event id, and is never stored beside the ids of strangers. */
function eventIdOf(body: Uint8Array): string | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body))
    const id = typeof value === 'object' && value !== null && 'eventId' in value ? value.eventId : undefined
    return eventIdSchema.safeParse(id).data
  } catch {
    return undefined // no JSON: no event, and never a resend
  }
}
