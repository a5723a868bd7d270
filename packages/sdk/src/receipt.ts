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

/**
 * Verifies a receipt offline: a compact JWS (EdDSA) by one of the marketplace's keys, as `/.well-known/jwks.json` lists
 * them. Throws {@link SpeciesError} `receipt_invalid` where it is not theirs, was altered, or is no receipt. Whether it is
 * of the sandbox says its own field; whether it was superseded only the marketplace can say.
 */
export async function verifyReceipt(jws: string, jwks: JSONWebKeySet): Promise<VerifiedReceipt> {
  try {
    const { payload } = await compactVerify(jws, createLocalJWKSet(jwks), { algorithms: ['EdDSA', 'Ed25519'] })
    return receiptSchema.parse(JSON.parse(new TextDecoder().decode(payload)))
  } catch (error) {
    if (!(error instanceof errors.JOSEError || error instanceof z.ZodError || error instanceof SyntaxError)) throw error
    const detail = 'The receipt is not signed by one of these keys, or was altered.'
    throw new SpeciesError({ code: 'receipt_invalid', status: 0, detail, retryable: false }, { cause: error })
  }
}
