import type { OperatorRole, Scope } from '@species/contracts'
import { type AuditSpec, type Endpoint, endpoint, json } from '@species/http'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { rotateKey } from '../app/manage-keys.ts'
import { examplePublicKey, keyIdParams, newKeySchema, newKeyView, notStored, publicKeySchema, valueOf } from './wire.ts'

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
  return rotation(deps, {
    path: '/marketplace/v1/keys/{keyId}/rotate',
    operationId: 'rotateKey',
    tag: 'Keys',
    summary: 'Give a key a successor with the same powers',
    access: 'keys',
  })
}

/** An operator gives a key of their own a successor; no other person's. */
export function rotateOperatorKey(deps: AuthenticatorDeps): Endpoint {
  return rotation(deps, {
    path: '/admin/v1/operators/keys/{keyId}/rotate',
    operationId: 'rotateOperatorKey',
    tag: 'Administration',
    summary: 'Give a key of yours a successor with the same powers',
    access: 'operator',
    role: 'operator',
    audit: { action: 'operator.rotate-key', target: ({ params }) => params.keyId },
  })
}

function rotation(
  deps: AuthenticatorDeps,
  spec: Pick<Endpoint['spec'], 'path' | 'operationId' | 'tag' | 'summary'> & {
    access: Scope
    role?: OperatorRole
    audit?: AuditSpec<z.infer<typeof keyIdParams>, unknown>
  },
): Endpoint {
  return endpoint(
    {
      ...spec,
      method: 'post',
      params: keyIdParams,
      description:
        'The old key lives on for `overlapSeconds`, so that requests under way still count. The secret of an hmac key is told here and never again.',
      body: {
        schema: bodySchema,
        examples: { hmac: { overlapSeconds: 3_600 }, ed25519: { publicKey: examplePublicKey } },
      },
      problems: ['not_found', 'already_exists', 'precondition_failed'],
      responses: {
        201: {
          description: 'The successor',
          schema: newKeySchema.extend({ replaces: z.string(), oldExpiresAt: z.iso.datetime() }),
        },
      },
    },
    async ({ principal, params: { keyId }, body, trace, changed }) => {
      const { overlapSeconds, publicKey } = body
      const rotated = valueOf(
        await rotateKey(deps, { actor: principal, keyId, overlapMs: overlapSeconds * 1_000, publicKey, trace }),
      )
      changed({ after: { keyId: rotated.key.keyId } })
      const ends = { replaces: keyId, oldExpiresAt: toTimestamp(rotated.oldEndsAtMs) }
      return json(201, { ...newKeyView(rotated), ...ends }, notStored)
    },
  )
}
