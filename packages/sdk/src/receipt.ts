import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { reveal, splitSdJwt } from '@species/kernel'
import { type JSONWebKeySet, compactVerify, createLocalJWKSet, errors } from 'jose'
import { z } from 'zod'
import { SpeciesError } from './species-error.ts'

const receiptSchema = z.looseObject({
  receiptId: z.string(),
  eventId: z.string(),
  eventKey: z.string(),
  status: z.enum(['COMPLETED', 'FAILED', 'DISPUTED']),
  sandbox: z.boolean(),
  supersedes: z.string().optional(),
})

/** What a receipt says; all of its fields are in the OpenAPI document. */
export type VerifiedReceipt = z.infer<typeof receiptSchema>

const payloadSchema = z.record(z.string(), z.unknown())

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
  if (readable === undefined || isDeepStrictEqual(readable, opened.receipt)) return opened
  const fields = changedFields(payloadSchema.safeParse(readable).data ?? {}, opened.receipt)
  const what = fields.length === 0 ? 'It' : `Its field ${fields.join(', ')}`
  throw invalid(
    'receipt_altered',
    `The readable part is not what the marketplace signed. ${what} was changed. Believe only the signed form, or read the receipt again.`,
  )
}

async function openReceipt(jws: string, jwks: JSONWebKeySet): Promise<{ receipt: VerifiedReceipt; withheld: number }> {
  try {
    const { jwt, disclosures } = splitSdJwt(jws)
    const { payload } = await compactVerify(jwt, createLocalJWKSet(jwks), { algorithms: ['EdDSA', 'Ed25519'] })
    const signed = payloadSchema.parse(JSON.parse(new TextDecoder().decode(payload)))
    const { document, withheld } = reveal(signed, disclosures, sha256)
    return { receipt: receiptSchema.parse(document), withheld }
  } catch (error) {
    if (!(error instanceof errors.JOSEError || error instanceof z.ZodError || error instanceof SyntaxError)) throw error
    throw invalid('receipt_invalid', 'The receipt is not signed by one of these keys, or was altered.', error)
  }
}

function changedFields(readable: Readonly<Record<string, unknown>>, signed: VerifiedReceipt): string[] {
  const names = new Set([...Object.keys(readable), ...Object.keys(signed)])
  return [...names].filter((name) => !isDeepStrictEqual(readable[name], signed[name]))
}

function invalid(code: string, detail: string, cause?: unknown): SpeciesError {
  return new SpeciesError({ code, status: 0, detail, retryable: false }, { cause })
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
