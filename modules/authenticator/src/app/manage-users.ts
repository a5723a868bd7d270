import type { Sql } from '@species/database'
import type { TwoPersonAction } from '@species/flow'
import { Problem } from '@species/http'
import { Fault, assert, ok, refuse } from '@species/kernel'
import { z } from 'zod'
import { type User, findUser, insertUser, lockUser, setStatus } from '../adapters/user-store.ts'
import { userView } from '../http/wire.ts'
import { type ProfileTray, mayBeRegistered, operatorId, vaultIdOf } from '../domain/user.ts'
import { type Answer, type AuthenticatorDeps, announceChange } from './deps.ts'

/**
 * Registers a user. The vault is made at Onli Cloud first, outside any transaction and idempotent there: a user without a
 * vault could be sent units that have nowhere to go, a vault without a user does no harm.
 */
export async function createUser(
  deps: AuthenticatorDeps,
  { onliId, profileTray, trace }: { onliId: string; profileTray: ProfileTray; trace: string },
): Answer<User> {
  const vaultId = vaultIdOf(onliId)
  const { vaults } = (await deps.config.current()).config
  if (!mayBeRegistered(onliId) || Object.values(vaults).includes(vaultId)) {
    return refuse('reserved_name', `${onliId} is the marketplace's own name.`)
  }
  if (await findUser(deps.database, onliId)) return exists(onliId)
  const vault = await ensureVault(deps, vaultId, onliId)
  if (!vault.ok) return vault

  const nowMs = deps.clock.now()
  const user = await insertUser(deps.database, {
    onliId,
    marketplaceUserId: deps.ids.uuid(),
    vaultId,
    status: 'active',
    profileTray,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    lastSyncMs: nowMs,
  })
  if (!user) return exists(onliId)
  await announceChange(deps, onliId, trace)
  return ok(user)
}

const statusChangeSchema = z.strictObject({ onliId: z.string(), status: z.enum(['active', 'suspended', 'frozen']) })

/** Changing how a user stands; who did it and why is kept. Lifting a freeze takes two people. */
export function changingStatus(deps: AuthenticatorDeps): TwoPersonAction<z.infer<typeof statusChangeSchema>> {
  return {
    kind: 'user.status',
    role: 'operator',
    schema: statusChangeSchema,
    target: ({ onliId }) => onliId,
    inWords: async (tx, { onliId, status }) =>
      `make the user ${onliId} ${status}, who is ${(await userAt(tx, onliId)).status}`,
    async version(tx, { onliId }) {
      const { status, updatedAtMs } = await userAt(tx, onliId)
      return `${status}:${updatedAtMs}`
    },
    needsTwo: async (tx, { onliId, status }) => (await userAt(tx, onliId)).status === 'frozen' && status !== 'frozen',
    async run(tx, { onliId, status }, { actor, reason, trace }) {
      const before = await userAt(tx, onliId)
      const atMs = deps.clock.now()
      await setStatus(tx, { changeId: deps.ids.uuid(), onliId, status, reason, changedBy: actor, atMs })
      return {
        answer: userView(await userAt(tx, onliId)),
        before: { status: before.status },
        after: { status },
        afterCommit: () => announceChange(deps, onliId, trace),
      }
    },
  }
}

/** A user under their lock. */
async function userAt(tx: Sql, onliId: string): Promise<User> {
  if (onliId === operatorId) throw new Problem('forbidden', 'The operator cannot be suspended: revoke its key instead.')
  const user = await lockUser(tx, onliId)
  if (!user) throw new Problem('not_found', 'There is no such user.')
  return user
}

async function ensureVault(deps: AuthenticatorDeps, vault: string, owner: string): Answer<true> {
  const [outcome] = await deps.assetLedger.createVaults([{ vault, owner, preAuthorised: false }])
  assert(outcome !== undefined, 'one outcome for one vault')
  switch (outcome.kind) {
    case 'yes':
      return ok(true)
    case 'no':
      return refuse('invalid_request', `Onli Cloud makes no vault for this user: ${outcome.refusal.detail}`)
    case 'not_yet':
    case 'unknown':
      throw new Fault('vault_unknown', {
        retryable: true,
        publicMessage:
          'Onli Cloud did not say that the vault is there. Nothing was registered: send the request again.',
        detail: { vault, reason: outcome.reason },
      })
  }
}

function exists(onliId: string): Awaited<Answer<never>> {
  return refuse('already_exists', `There is a user ${onliId} already.`)
}
