import { Fault } from '@species/kernel'
import type { Database } from '@species/database'
import type { Clock, Ids } from '@species/platform'
import { findKey, insertKey } from '../adapters/key-store.ts'
import { insertOperator } from '../adapters/operator-store.ts'
import { insertUser, lockUser } from '../adapters/user-store.ts'
import { operatorId, operatorScopes, setupOperator } from '../domain/user.ts'

/**
 * Makes sure that the operator and this Ed25519 key of theirs exist; for the start of a program, any number of times and
 * at once. `publicKey` is 32 raw bytes in base64url. Throws a Fault where the id belongs to another key, or to one that
 * was revoked: a revocation is final, so the operator must be given a new key with a new id.
 */
export async function ensureOperatorKey(
  deps: { readonly database: Database; readonly clock: Clock; readonly ids: Ids },
  { keyId, publicKey }: { keyId: string; publicKey: string },
): Promise<void> {
  await deps.database.transaction(async (tx) => {
    const nowMs = deps.clock.now()
    await insertUser(tx, {
      onliId: operatorId,
      marketplaceUserId: deps.ids.uuid(),
      vaultId: undefined,
      status: 'active',
      profileTray: {},
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      lastSyncMs: undefined,
    })
    await lockUser(tx, operatorId)
    await insertOperator(tx, {
      operatorId: setupOperator,
      name: 'Operator of the set-up',
      createdBy: 'species',
      createdAtMs: nowMs,
      role: 'admin',
    })
    const found = await findKey(tx, keyId)
    if (found && (found.onliId !== operatorId || found.publicKey !== publicKey || found.revokedAtMs !== undefined)) {
      throw new Fault('operator_key_conflict', {
        retryable: false,
        publicMessage: `${keyId} is another key, or was revoked: give the operator a new key with a new id.`,
      })
    }
    if (found) return
    const key = {
      keyId,
      onliId: operatorId,
      alg: 'ed25519' as const,
      publicKey,
      scopes: operatorScopes,
      limits: undefined,
      limitsVersion: 1,
      schemes: ['rfc9421' as const],
      createdAtMs: nowMs,
      expiresAtMs: undefined,
      revokedAtMs: undefined,
      rotatedTo: undefined,
      allowanceId: keyId,
      operatorId: setupOperator,
      madeBy: 'species',
    }
    await insertKey(tx, key, { secretSealed: undefined })
  })
}
