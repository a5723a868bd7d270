import { reveal, splitSdJwt } from '@species/kernel/sd-jwt'
import { type JSONWebKeySet, compactVerify, createLocalJWKSet, errors } from 'jose'
import { toBase64Url } from './base64.ts'
import { SpeciesError } from './species-error.ts'

/** What a receipt says; all of its fields are in the OpenAPI document. */
export interface VerifiedReceipt {
  readonly receiptId: string
  readonly eventId: string
  readonly eventKey: string
  readonly status: 'COMPLETED' | 'FAILED' | 'DISPUTED'
  readonly sandbox: boolean
  readonly supersedes?: string
  readonly [field: string]: unknown
}

/**
 * Verifies a receipt offline: an SD-JWT (RFC 9901) by one of the marketplace's keys, as `/.well-known/jwks.json` lists them. Answers
 * with what its disclosures tell. Takes the plain JWS of older receipts as well. Throws {@link SpeciesError} `receipt_invalid`
 * where it is not theirs, was altered, or is no receipt. Whether it is of the sandbox says its own field; whether it was superseded
 * only the marketplace can say.
 */
export async function verifyReceipt(jws: string, jwks: JSONWebKeySet): Promise<VerifiedReceipt> {
  return (await openReceipt(jws, jwks)).receipt
}

/**
 * Verifies an answer of `getReceipt`, or a file that holds one: the signed form, and that `receipt` says what is signed. Answers
 * with how many fields it withholds as well. Throws {@link SpeciesError} as {@link verifyReceipt} does, or `receipt_altered`.
 */
export async function verifySignedReceipt(
  signed: { readonly jws: string; readonly receipt?: unknown },
  jwks: JSONWebKeySet,
): Promise<{ receipt: VerifiedReceipt; withheld: number }> {
  const opened = await openReceipt(signed.jws, jwks)
  const { receipt: readable } = signed
  if (readable === undefined || isSameJson(readable, opened.receipt)) return opened
  const fields = changedFields(isObject(readable) ? readable : {}, opened.receipt)
  const what = fields.length === 0 ? 'It' : `Its field ${fields.join(', ')}`
  throw invalid(
    'receipt_altered',
    `The readable part is not what the marketplace signed. ${what} was changed. Believe only the signed form, or read the receipt again.`,
  )
}

async function openReceipt(jws: string, jwks: JSONWebKeySet): Promise<{ receipt: VerifiedReceipt; withheld: number }> {
  try {
    const { jwt, disclosures } = splitSdJwt(jws)
    const { payload, protectedHeader } = await compactVerify(jwt, createLocalJWKSet(jwks), {
      algorithms: ['EdDSA', 'Ed25519'],
    })
    refuseRevoked(protectedHeader.kid, jwks)
    const signed: unknown = JSON.parse(new TextDecoder().decode(payload))
    if (!isObject(signed)) throw new SyntaxError('what is signed is no object')
    const digests = new Map(await Promise.all(disclosures.map(async (one) => [one, await sha256(one)] as const)))
    const { document, withheld } = reveal(signed, disclosures, (text) => digests.get(text) ?? '')
    if (!isReceipt(document)) throw new SyntaxError('what is signed is no receipt')
    return { receipt: document, withheld }
  } catch (error) {
    if (!(error instanceof errors.JOSEError || error instanceof SyntaxError)) throw error
    throw invalid('receipt_invalid', 'The receipt is not signed by one of these keys, or was altered.', error)
  }
}

/** A revoked key says so as OpenID Federation 1.0, section 8.7, has it. Others may know its private half, and could sign anything with it. */
function refuseRevoked(kid: string | undefined, { keys }: JSONWebKeySet): void {
  if (!keys.some((key) => key.kid === kid && 'revoked' in key)) return
  const detail =
    'The key that signed it is distrusted: others may know its private half. Read the receipt again; a true one is then signed by another key.'
  throw invalid('receipt_key_distrusted', detail)
}

const statuses: readonly unknown[] = ['COMPLETED', 'FAILED', 'DISPUTED']

function isReceipt(document: Readonly<Record<string, unknown>>): document is VerifiedReceipt {
  const { receiptId, eventId, eventKey, status, sandbox, supersedes } = document
  const texts = [receiptId, eventId, eventKey, supersedes ?? '']
  return texts.every((text) => typeof text === 'string') && statuses.includes(status) && typeof sandbox === 'boolean'
}

function changedFields(readable: Readonly<Record<string, unknown>>, signed: VerifiedReceipt): string[] {
  const names = new Set([...Object.keys(readable), ...Object.keys(signed)])
  return [...names].filter((name) => !isSameJson(readable[name], signed[name]))
}

/** Whether two values of JSON are the same, whatever the order of their names. */
function isSameJson(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other)
}

function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(
  code: 'receipt_invalid' | 'receipt_key_distrusted' | 'receipt_altered',
  detail: string,
  cause?: unknown,
): SpeciesError {
  return new SpeciesError({ code, status: 0, detail, retryable: false, outcome: 'refused' }, { cause })
}

async function sha256(text: string): Promise<string> {
  return toBase64Url(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}
