import { secondPersonResponse } from '@species/flow'
import { type Endpoint, endpoint, json } from '@species/http'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import { readKeys } from '../adapters/signing-keys.ts'
import type { FloorManagerDeps } from '../app/deps.ts'
import { distrustingKey, leadSecondsSchema, rotatingKeys, usualLeadMs } from '../app/receipt-keys.ts'

const base = '/admin/v1/receipt-keys'
const tag = 'Operations'
const time = z.iso.datetime()
const reason = z.string().trim().min(8).max(500)

const keySchema = z.strictObject({
  kid: z.string(),
  status: z.enum(['next', 'current', 'former', 'distrusted']),
  createdAt: time,
  activeFrom: time,
  madeBy: z.string().optional(),
  distrustedAt: time.optional(),
  distrustedBy: z.string().optional(),
})

/** The keys that receipts are signed with: read, rotated, distrusted. */
export function receiptKeyEndpoints(deps: FloorManagerDeps): Endpoint[] {
  return [list(deps), rotate(deps), distrust(deps)]
}

function list({ database, clock }: FloorManagerDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: base,
      operationId: 'listReceiptKeys',
      tag,
      summary: 'The keys that receipts are signed with',
      description: 'Newest first. `next` is published and signs from `activeFrom` on.',
      access: 'operator',
      role: 'viewer',
      problems: [],
      responses: { 200: { description: 'The keys', schema: z.strictObject({ keys: z.array(keySchema) }) } },
    },
    async () => {
      const nowMs = clock.now()
      const stored = await readKeys(database)
      const current = stored.find((one) => one.distrustedAtMs === undefined && one.activeFromMs <= nowMs)
      const keys = stored.map((one): z.infer<typeof keySchema> => {
        const standing = one.activeFromMs > nowMs ? 'next' : one === current ? 'current' : 'former'
        return {
          kid: one.kid,
          status: one.distrustedAtMs === undefined ? standing : 'distrusted',
          createdAt: toTimestamp(one.createdAtMs),
          activeFrom: toTimestamp(one.activeFromMs),
          ...(one.madeBy === undefined ? {} : { madeBy: one.madeBy }),
          ...(one.distrustedAtMs === undefined ? {} : { distrustedAt: toTimestamp(one.distrustedAtMs) }),
          ...(one.distrustedBy === undefined ? {} : { distrustedBy: one.distrustedBy }),
        }
      })
      return json(200, { keys })
    },
  )
}

function rotate(deps: FloorManagerDeps): Endpoint {
  const action = deps.secondPerson.define(rotatingKeys(deps))
  return endpoint(
    {
      method: 'post',
      path: base,
      operationId: 'rotateReceiptKey',
      tag,
      summary: 'Sign receipts with a new key',
      description:
        'Takes two people. The new key is published at once and signs after `activeInSeconds`, so that readers who keep the key set have it by then. Receipts signed before stay valid.',
      access: 'operator',
      role: 'admin',
      audit: { action: 'receipt-key.rotate', target: () => 'receipt-keys' },
      body: {
        schema: z.strictObject({
          activeInSeconds: leadSecondsSchema.default(usualLeadMs / 1_000),
          reason,
        }),
        examples: { yearly: { reason: 'the yearly rotation' } },
      },
      problems: [],
      responses: {
        201: { description: 'The new key', schema: z.strictObject({ kid: z.string(), activeFrom: time }) },
        ...secondPersonResponse,
      },
    },
    (call) => action.request(call, { activeInSeconds: call.body.activeInSeconds }, 201),
  )
}

function distrust(deps: FloorManagerDeps): Endpoint {
  const action = deps.secondPerson.define(distrustingKey(deps))
  return endpoint(
    {
      method: 'post',
      path: `${base}/{kid}/distrust`,
      operationId: 'distrustReceiptKey',
      tag,
      summary: 'Distrust a key whose private half others may know',
      description:
        'Takes two people, and another key that signs. The key set says that it is revoked. Receipts that it signed are shown under the current key from then on; copies that people kept no longer verify.',
      access: 'operator',
      role: 'admin',
      audit: { action: 'receipt-key.distrust', target: ({ params }) => params.kid },
      params: z.strictObject({ kid: z.string().min(1).max(100) }),
      body: {
        schema: z.strictObject({ reason }),
        examples: { leaked: { reason: 'the master key was in a public log' } },
      },
      problems: ['not_found', 'already_exists', 'invalid_request'],
      responses: {
        200: { description: 'Distrusted', schema: z.strictObject({ kid: z.string(), distrustedAt: time }) },
        ...secondPersonResponse,
      },
    },
    (call) => action.request(call, { kid: call.params.kid }),
  )
}
