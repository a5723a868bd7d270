import { type Endpoint, endpoint, json } from '@species/http'
import { sharedFor } from '@species/platform'
import { z } from 'zod'
import { publicKeys } from '../adapters/signing-keys.ts'
import type { FloorManagerDeps } from '../app/deps.ts'

const revokedSchema = z
  .strictObject({ revoked_at: z.number().int().describe('Unix s'), reason: z.string() })
  .describe('trust nothing that it signed: read the receipt again, which is then signed by another key')

const jwkSetSchema = z.strictObject({
  keys: z.array(
    z.looseObject({
      kty: z.literal('OKP'),
      crv: z.literal('Ed25519'),
      x: z.string(),
      kid: z.string(),
      revoked: revokedSchema.optional(),
    }),
  ),
})

/** The public keys of receipts, so that anybody can verify one offline (RFC 7517). */
export function getKeys(deps: Pick<FloorManagerDeps, 'database'>): Endpoint {
  const keys = sharedFor(1_000, async () => await publicKeys(deps.database))
  return endpoint(
    {
      method: 'get',
      path: '/.well-known/jwks.json',
      operationId: 'getReceiptKeys',
      tag: 'Receipts',
      summary: 'Public keys of receipts',
      description:
        'Every key that a receipt was ever signed with, as a JWK set (RFC 7517). A receipt can be verified without asking us.',
      access: 'public',
      always: true,
      problems: [],
      responses: { 200: { description: 'A JWK set', schema: jwkSetSchema } },
    },
    async () => json(200, { keys: await keys() }, { 'cache-control': 'public, max-age=300' }),
  )
}
