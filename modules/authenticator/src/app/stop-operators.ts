import type { Sql } from '@species/database'
import type { TwoPersonAction } from '@species/flow'
import { Problem } from '@species/http'
import { z } from 'zod'
import { findKey, markRevoked } from '../adapters/key-store.ts'
import { countSigningAdmins, lockOperator, setOperator } from '../adapters/operator-store.ts'
import { lockUser } from '../adapters/user-store.ts'
import type { ApiKey } from '../domain/api-key.ts'
import { fewestAdmins, operatorId as allOperators } from '../domain/user.ts'
import { type AuthenticatorDeps, announceChange } from './deps.ts'
import { keyView } from '../http/wire.ts'

const suspendSchema = z.strictObject({ operatorId: z.string() })
const revokeSchema = z.strictObject({ keyId: z.string() })

/**
 * Whether too few admins could sign, if a person or a key could not any more. Under the lock of all operators: two who stop each other at
 * once come one after the other.
 */
async function leavesTooFew(
  deps: AuthenticatorDeps,
  tx: Sql,
  without: { readonly operatorId: string } | { readonly keyId: string },
): Promise<boolean> {
  const nowMs = deps.clock.now()
  const left = await countSigningAdmins(tx, nowMs, without)
  return left < fewestAdmins && left < (await countSigningAdmins(tx, nowMs))
}

/**
 * Suspending another person. One admin does it at once, as a halt, while two admins are left who can sign. Otherwise a second person
 * approves it, who need not be an admin.
 */
export function suspendingOperator(deps: AuthenticatorDeps): TwoPersonAction<z.infer<typeof suspendSchema>> {
  return {
    kind: 'operator.suspend',
    role: 'operator',
    schema: suspendSchema,
    target: ({ operatorId }) => operatorId,
    inWords: (_tx, { operatorId }) => `suspend the operator ${operatorId}`,
    async version(tx, { operatorId }) {
      await lockUser(tx, allOperators)
      const found = await lockOperator(tx, operatorId)
      if (!found) throw new Problem('not_found', 'There is no such operator.')
      return `${found.role}:${found.suspendedAtMs ?? 'active'}`
    },
    needsTwo: (tx, { operatorId }) => leavesTooFew(deps, tx, { operatorId }),
    async run(tx, { operatorId }, { actor, trace }) {
      const before = await lockOperator(tx, operatorId)
      if (!before) throw new Problem('not_found', 'There is no such operator.')
      if (actor.split('/')[0] === operatorId)
        throw new Problem('forbidden', 'You cannot suspend yourself: another admin does, or you revoke your keys.')
      const { role, suspendedAtMs } = before
      await setOperator(tx, operatorId, { role, suspendedAtMs: suspendedAtMs ?? deps.clock.now() })
      if ((await countSigningAdmins(tx, deps.clock.now())) < 1)
        throw new Problem('forbidden', 'Someone must be left who is an admin, not suspended, and has a key.')
      return {
        answer: { operatorId, role, status: 'suspended' },
        before: { role, status: suspendedAtMs === undefined ? 'active' : 'suspended' },
        after: { role, status: 'suspended' },
        afterCommit: () => announceChange(deps, allOperators, trace),
      }
    },
  }
}

/** Revoking a key of another operator, by the same rule as suspending them. */
export function revokingOperatorKey(deps: AuthenticatorDeps): TwoPersonAction<z.infer<typeof revokeSchema>> {
  const keyAt = async (tx: Sql, keyId: string): Promise<ApiKey> => {
    const key = await findKey(tx, keyId)
    if (key?.operatorId === undefined) throw new Problem('not_found', 'There is no such key of an operator.')
    return key
  }
  return {
    kind: 'operator.key.revoke',
    role: 'operator',
    schema: revokeSchema,
    target: ({ keyId }) => keyId,
    inWords: async (tx, { keyId }) => `revoke the key ${keyId} of the operator ${(await keyAt(tx, keyId)).operatorId}`,
    async version(tx, { keyId }) {
      await lockUser(tx, allOperators)
      const { operatorId, revokedAtMs } = await keyAt(tx, keyId)
      return `${operatorId}:${revokedAtMs ?? 'in use'}`
    },
    needsTwo: (tx, { keyId }) => leavesTooFew(deps, tx, { keyId }),
    async run(tx, { keyId }, { actor, trace }) {
      await markRevoked(tx, keyId, actor, deps.clock.now())
      const key = await keyAt(tx, keyId)
      return {
        answer: keyView(key),
        after: { owner: key.operatorId },
        afterCommit: () => announceChange(deps, allOperators, trace),
      }
    },
  }
}
