import type { WebhookType } from '@species/contracts'
import { type Result, ok, refuse } from '@species/kernel'
import {
  type EndpointRow,
  countEndpoints,
  endpointsOf,
  findEndpoint,
  insertEndpoint,
  markDeleted,
  updateEndpoint,
} from '../adapters/endpoint-rows.ts'
import { endSecrets, insertSecret } from '../adapters/secret-rows.ts'
import { secretText } from '../adapters/signature.ts'
import { giveUpPending } from '../adapters/turn-rows.ts'
import type { WebhooksDeps } from './deps.ts'

/** Webhooks of one user. */
export const maxEndpoints = 10
/** Secrets of one webhook that sign at the same time. */
const maxSecrets = 3
const secretBytes = 32

type Deps = Pick<WebhooksDeps, 'database' | 'clock' | 'retention' | 'ids' | 'sealer' | 'sender'>
type Code = 'not_found' | 'address_not_public' | 'too_many_webhooks'
type Answer<T> = Promise<Result<T, { readonly code: Code; readonly detail: string }>>

/** What its owner says of a webhook. */
export interface Wanted {
  readonly url: string
  readonly types: readonly WebhookType[]
  readonly description: string
}

/** Makes a webhook. Its secret is told here and never again. */
export async function createEndpoint(
  deps: Deps,
  { onliId, keyId }: { onliId: string; keyId: string },
  wanted: Wanted,
): Answer<{ endpoint: EndpointRow; secret: string }> {
  const bad = deps.sender.refusal(wanted.url)
  if (bad !== undefined) return refuse('address_not_public', notPublic(bad))
  const nowMs = deps.clock.now()
  return await deps.database.transaction(async (tx): Answer<{ endpoint: EndpointRow; secret: string }> => {
    if ((await countEndpoints(tx, onliId)) >= maxEndpoints)
      return refuse(
        'too_many_webhooks',
        `You can have ${maxEndpoints} webhooks. Delete one first; its place is free a minute later.`,
      )
    const endpoint: EndpointRow = {
      ...wanted,
      endpointId: `wh_${deps.ids.uuid().replaceAll('-', '')}`,
      owner: onliId,
      status: 'active',
      disabledFor: undefined,
      disabledAtMs: undefined,
      madeBy: keyId,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      failingSinceMs: undefined,
    }
    await insertEndpoint(tx, endpoint)
    const bytes = deps.ids.bytes(secretBytes)
    const secretId = deps.ids.uuid()
    await insertSecret(tx, deps.sealer, { endpointId: endpoint.endpointId, secretId, bytes, createdAtMs: nowMs })
    return ok({ endpoint, secret: secretText(bytes) })
  })
}

export function listEndpoints(deps: Pick<Deps, 'database'>, onliId: string): Promise<EndpointRow[]> {
  return endpointsOf(deps.database, onliId)
}

export async function readEndpoint(
  deps: Pick<Deps, 'database'>,
  onliId: string,
  endpointId: string,
): Answer<EndpointRow> {
  const found = await findEndpoint(deps.database, onliId, endpointId)
  return found ? ok(found) : refuse('not_found', noSuch)
}

/** Changes a webhook. What it has pending goes to the new address; disabling gives it up; enabling forgets its failures. */
export async function changeEndpoint(
  deps: Deps,
  onliId: string,
  endpointId: string,
  wanted: Wanted & { readonly enabled: boolean },
): Answer<EndpointRow> {
  const bad = deps.sender.refusal(wanted.url)
  if (bad !== undefined) return refuse('address_not_public', notPublic(bad))
  const nowMs = deps.clock.now()
  return await deps.database.transaction(async (tx): Answer<EndpointRow> => {
    const before = await findEndpoint(tx, onliId, endpointId, 'lock')
    if (!before) return refuse('not_found', noSuch)
    const { enabled, ...said } = wanted
    const changed: EndpointRow = {
      ...before,
      ...said,
      status: enabled ? 'active' : 'disabled',
      disabledFor: enabled ? undefined : (before.disabledFor ?? 'owner'),
      disabledAtMs: enabled ? undefined : (before.disabledAtMs ?? nowMs),
      failingSinceMs: undefined,
      updatedAtMs: nowMs,
    }
    await updateEndpoint(tx, changed)
    if (!enabled) await giveUpPending(tx, endpointId, nowMs)
    return ok(changed)
  })
}

/** Deletes a webhook with its secrets. Nothing more is sent, and its log is removed. */
export async function deleteEndpoint(deps: Deps, onliId: string, endpointId: string): Answer<true> {
  return await deps.database.transaction(async (tx): Answer<true> => {
    if (!(await findEndpoint(tx, onliId, endpointId, 'lock'))) return refuse('not_found', noSuch)
    await markDeleted(tx, endpointId, deps.clock.now())
    await giveUpPending(tx, endpointId, deps.clock.now())
    return ok(true)
  })
}

/** Gives a webhook a new secret. The one before signs beside it for `overlapMs`. */
export async function rotateSecret(
  deps: Deps,
  onliId: string,
  endpointId: string,
  overlapMs: number,
): Answer<{ secret: string; previousEndsAtMs: number }> {
  const nowMs = deps.clock.now()
  const endedMs = await deps.retention.now()
  return await deps.database.transaction(async (tx): Answer<{ secret: string; previousEndsAtMs: number }> => {
    if (!(await findEndpoint(tx, onliId, endpointId, 'lock'))) return refuse('not_found', noSuch)
    const previousEndsAtMs = nowMs + overlapMs
    await endSecrets(tx, endpointId, { endsAtMs: previousEndsAtMs, endedMs, kept: maxSecrets - 1 })
    const bytes = deps.ids.bytes(secretBytes)
    await insertSecret(tx, deps.sealer, { endpointId, secretId: deps.ids.uuid(), bytes, createdAtMs: nowMs })
    return ok({ secret: secretText(bytes), previousEndsAtMs })
  })
}

const noSuch = 'You have no such webhook.'
const notPublic = (why: string): string => `This address cannot be a webhook: ${why}. Give a public https address.`
