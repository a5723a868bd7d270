import type { AccessRefusal, KeyAlgorithm, KeyLimits, Scope } from '@species/contracts'
import { type Result, ok, refuse } from '@species/kernel'
import { coversLimits, hasAllowance, narrowedLimits } from './limits.ts'

/** The two ways to sign: the specification's own headers, and HTTP Message Signatures. */
export type Scheme = 'specification' | 'rfc9421'

/** An API key as it is decided about: everything but its secret. Times in Unix ms. */
export interface ApiKey {
  readonly keyId: string
  readonly onliId: string
  readonly alg: KeyAlgorithm
  readonly publicKey: string | undefined
  readonly scopes: readonly Scope[]
  readonly limits: KeyLimits | undefined
  readonly limitsVersion: number
  readonly schemes: readonly Scheme[]
  readonly createdAtMs: number
  readonly expiresAtMs: number | undefined
  readonly revokedAtMs: number | undefined
  readonly rotatedTo: string | undefined
  /** Under which name its allowances are counted: its own id, or that of the key that it is the successor of. */
  readonly allowanceId: string
  /** Of an operator's key: the person whose it is. */
  readonly operatorId: string | undefined
  /** Who made it, as it is recorded; undefined of a key from before that was. */
  readonly madeBy: string | undefined
  /** Of the key of a browser: the passkey that enrolled it, and with which it ends. */
  readonly passkeyId?: string | undefined
}

/** What somebody wants a new key to be. */
export interface KeyRequest {
  readonly alg: KeyAlgorithm
  readonly publicKey: string | undefined
  readonly scopes: readonly Scope[]
  readonly limits: KeyLimits | undefined
  readonly schemes: readonly Scheme[] | undefined
  readonly expiresAtMs: number | undefined
}

export type Grant = Pick<ApiKey, 'alg' | 'publicKey' | 'scopes' | 'limits' | 'schemes' | 'expiresAtMs'>

/** What a request left open and the new key has from the key that asked for it. */
export type Inherited = 'limits' | 'schemes' | 'expiresAt'

/** Keys in use at one time: a bound, so that a loop somewhere cannot fill the table. */
export const maxKeysInUse = 50

/** Whether a key can change nothing. */
export function onlyReads({ scopes }: Pick<ApiKey, 'scopes'>): boolean {
  return scopes.every((scope) => scope === 'read')
}

export function isUsable(key: Pick<ApiKey, 'expiresAtMs' | 'revokedAtMs'>, nowMs: number): boolean {
  return key.revokedAtMs === undefined && (key.expiresAtMs === undefined || nowMs < key.expiresAtMs)
}

/**
 * Decides what a new key may be. `maker` is the key that asks for it, absent where an operator does. What the request
 * leaves open is taken from the maker; what it asks for may never be more than the maker has, and never `operator`; `payout` only an operator gives.
 * `isConfirmed`: its owner confirmed it with a passkey. Then it may outlive its maker, and have `payout` for a list of addresses.
 */
export function grantKey(
  maker: ApiKey | undefined,
  request: KeyRequest,
  nowMs: number,
  isConfirmed = false,
): Result<Grant & { readonly inherited: readonly Inherited[] }, AccessRefusal> {
  if (request.scopes.includes('operator')) {
    return refuse('forbidden', 'No key with the scope `operator` is made through the API.')
  }
  const schemes = schemesFor(request, maker)
  if (!schemes.ok) return schemes
  if ((request.alg === 'ed25519') !== (request.publicKey !== undefined)) {
    return refuse('invalid_request', 'An ed25519 key is made from your `publicKey`; an hmac key has none.')
  }
  if (request.expiresAtMs !== undefined && request.expiresAtMs <= nowMs) {
    return refuse('invalid_request', '`expiresAt` must lie in the future.')
  }
  const granted = { alg: request.alg, publicKey: request.publicKey, scopes: request.scopes, schemes: schemes.value }
  if (!maker) return ok({ ...granted, limits: request.limits, expiresAtMs: request.expiresAtMs, inherited: [] })

  if (request.scopes.includes('payout')) {
    if (!isConfirmed) return refuse('forbidden', payoutIsGranted)
    if ((request.limits?.payoutAddresses ?? []).length === 0) return refuse('forbidden', payoutNeedsAddresses)
  }
  const excess = request.scopes.filter((scope) => !maker.scopes.includes(scope))
  if (excess.length > 0) {
    return refuse('forbidden', `This key cannot give what it has not: it lacks the scope ${excess.join(', ')}.`)
  }
  if (request.scopes.includes('trade') && hasAllowance(maker.limits)) return refuse('forbidden', freshAllowance)
  const limits = narrowedLimits(maker.limits, request.limits)
  if (!limits.ok) return limits
  const expiresAtMs = request.expiresAtMs ?? maker.expiresAtMs
  if (!isConfirmed && outlives(expiresAtMs, maker.expiresAtMs)) {
    return refuse('forbidden', 'A key cannot make one that lives longer than itself.')
  }
  const inherited: Inherited[] = []
  if (!coversLimits(limits.value, request.limits)) inherited.push('limits')
  if (request.schemes === undefined && request.alg === 'hmac' && schemes.value.length < 2) inherited.push('schemes')
  if (request.expiresAtMs === undefined && expiresAtMs !== undefined) inherited.push('expiresAt')
  return ok({ ...granted, limits: limits.value, expiresAtMs, inherited })
}

/**
 * Decides whether `actor` may have the successor of `target`, which can do all that `target` can. Otherwise a narrow key
 * could become a broad one by rotating it.
 */
export function allowRotation(
  actor: ApiKey,
  { target, isSuccessorGone = false }: { target: ApiKey; isSuccessorGone?: boolean },
  publicKey: string | undefined,
  nowMs: number,
): Result<true, AccessRefusal> {
  // A successor whose secret was not received is revoked, and the key rotates again: it never has two that can be used.
  if (target.rotatedTo !== undefined && !isSuccessorGone) {
    return refuse('already_exists', `The key was rotated already: its successor is ${target.rotatedTo}.`)
  }
  if (!isUsable(target, nowMs)) {
    return refuse('precondition_failed', 'The key is revoked or has expired. Create a new one.')
  }
  if ((target.alg === 'ed25519') !== (publicKey !== undefined)) {
    return refuse(
      'invalid_request',
      'The successor of an ed25519 key needs its `publicKey`; that of an hmac key has none.',
    )
  }
  if (actor.keyId === target.keyId) return ok(true)
  if (target.scopes.includes('payout')) return refuse('forbidden', payoutIsGranted)
  if (target.scopes.includes('trade') && hasAllowance(actor.limits)) return refuse('forbidden', freshAllowance)
  if (covers(actor, target)) return ok(true)
  return refuse('forbidden', 'A key cannot rotate one that may do more than itself.')
}

const payoutIsGranted =
  'No key gives the scope `payout` to another. Confirm the request with a passkey, or ask an operator for a key that has it.'
const payoutNeedsAddresses =
  'A key with the scope `payout` needs a list of addresses: `limits.payoutAddresses`. It pays out to these alone, without confirmation.'

/** What is counted by the hour or the day is counted by key: another key would be another allowance. */
const freshAllowance =
  'A key that is limited by the hour or the day makes no trading key: use one of yours that is not limited so.'

function covers(actor: ApiKey, target: ApiKey): boolean {
  return (
    target.scopes.every((scope) => actor.scopes.includes(scope)) &&
    target.schemes.every((scheme) => actor.schemes.includes(scheme)) &&
    coversLimits(actor.limits, target.limits) &&
    !outlives(target.expiresAtMs, actor.expiresAtMs)
  )
}

function outlives(aMs: number | undefined, bMs: number | undefined): boolean {
  return bMs !== undefined && (aMs === undefined || aMs > bMs)
}

function schemesFor(
  { alg, schemes }: KeyRequest,
  maker: Pick<ApiKey, 'schemes'> | undefined,
): Result<readonly Scheme[], AccessRefusal> {
  if (alg === 'ed25519' && schemes?.includes('specification')) {
    return refuse('invalid_request', 'The specification’s scheme is HMAC: an ed25519 key signs by rfc9421 alone.')
  }
  const possible: readonly Scheme[] = alg === 'ed25519' ? ['rfc9421'] : ['specification', 'rfc9421']
  const isGiven = (scheme: Scheme): boolean => maker?.schemes.includes(scheme) ?? true
  const granted = (schemes ?? possible.filter(isGiven)).filter((scheme) => possible.includes(scheme))
  const excess = granted.filter((scheme) => !isGiven(scheme))
  if (excess.length > 0 || granted.length === 0) {
    return refuse(
      'forbidden',
      `This key cannot give what it has not: it signs by ${maker?.schemes.join(', ') ?? ''} alone.`,
    )
  }
  return ok(granted)
}

/** Who made a key, for its owner: a key of theirs by its id, `operator`, or a sign-in. Undefined of a key from before that was kept. */
export function makerOf({ madeBy, onliId, operatorId }: ApiKey): string | undefined {
  if (
    madeBy === undefined ||
    operatorId !== undefined ||
    /^(?:sandbox-sign-in|passkey[/]psk_.*|wallet[/]0x[0-9a-f]{40})$/.test(madeBy)
  )
    return madeBy
  return madeBy.startsWith(`${onliId}/`) ? madeBy.slice(onliId.length + 1) : 'operator'
}
