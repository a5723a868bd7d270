import { Fault, assert, ok, refuse } from '@species/kernel'
import { type User, findUser, insertUser, lockUser, setStatus } from '../adapters/user-store.ts'
import { type ProfileTray, type UserStatus, mayBeRegistered, operatorId, vaultIdOf } from '../domain/user.ts'
import { type Answer, type AuthenticatorDeps, announceChange } from './deps.ts'

/**
 * Registers a user. The vault is made at Onli Cloud first, outside any transaction and idempotent there: a user without a
 * vault could be sent units that have nowhere to go, a vault without a user hurts nobody.
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

/** Changes how a user stands, and keeps who did it and why. */
export async function changeStatus(
  deps: AuthenticatorDeps,
  {
    onliId,
    status,
    reason,
    changedBy,
    trace,
  }: { onliId: string; status: UserStatus; reason: string; changedBy: string; trace: string },
): Answer<User> {
  if (onliId === operatorId) return refuse('forbidden', 'The operator cannot be suspended: revoke its key instead.')
  const changed = await deps.database.transaction(async (tx): Answer<User> => {
    if (!(await lockUser(tx, onliId))) return refuse('not_found', 'There is no such user.')
    await setStatus(tx, { changeId: deps.ids.uuid(), onliId, status, reason, changedBy, atMs: deps.clock.now() })
    const user = await findUser(tx, onliId)
    assert(user !== undefined, 'a locked user is there')
    return ok(user)
  })
  if (changed.ok) await announceChange(deps, onliId, trace)
  return changed
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
