import { type Endpoint, endpoint, json, toTimestamp } from '@species/runtime'
import { z } from 'zod'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { rotateKey } from '../app/manage-keys.ts'
import { keyIdParams, newKeySchema, newKeyView, notStored, publicKeySchema, valueOf } from './wire.ts'

const bodySchema = z.strictObject({
  overlapSeconds: z
    .number()
    .int()
    .min(0)
    .max(7 * 86_400)
    .default(3_600)
    .describe('how long the old key lives on'),
  publicKey: publicKeySchema.optional().describe('of the successor; for ed25519'),
})

export function rotateOwnKey(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/marketplace/v1/keys/{keyId}/rotate',
      tag: 'Keys',
      summary: 'Give a key a successor with the same powers',
      access: 'keys',
      params: keyIdParams,
      body: bodySchema,
      responses: {
        201: {
          description: 'The successor',
          schema: newKeySchema.extend({ replaces: z.string(), oldExpiresAt: z.iso.datetime() }),
        },
      },
    },
    async ({ principal, params: { keyId }, body, trace }) => {
      const { overlapSeconds, publicKey } = body
      const rotated = valueOf(
        await rotateKey(deps, { actor: principal, keyId, overlapMs: overlapSeconds * 1_000, publicKey, trace }),
      )
      const ends = { replaces: keyId, oldExpiresAt: toTimestamp(rotated.oldEndsAtMs) }
      return json(201, { ...newKeyView(rotated), ...ends }, notStored)
    },
  )
}
