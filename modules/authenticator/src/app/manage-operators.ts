import { type Principal, actorOf } from '@species/contracts'
import { ok, refuse } from '@species/kernel'
import { countKeysInUse } from '../adapters/key-store.ts'
import { insertOperator } from '../adapters/operator-store.ts'
import { lockUser } from '../adapters/user-store.ts'
import { maxKeysInUse } from '../domain/api-key.ts'
import { operatorId as allOperators, operatorScopes } from '../domain/user.ts'
import { type Answer, type AuthenticatorDeps, announceChange } from './deps.ts'
import { type NewKey, addKey } from './manage-keys.ts'

/** Adds a person who runs the marketplace, with a first key of which we get the public half alone. Who added them is kept. */
export async function createOperator(
  deps: AuthenticatorDeps,
  asked: { operatorId: string; name: string; publicKey: string; actor: Principal; trace: string },
): Answer<NewKey> {
  const { operatorId, name, publicKey, actor, trace } = asked
  const made = await deps.database.transaction(async (tx): Answer<NewKey> => {
    const nowMs = deps.clock.now()
    await lockUser(tx, allOperators)
    if ((await countKeysInUse(tx, allOperators, nowMs)) >= maxKeysInUse)
      return refuse('forbidden', `Operators have at most ${maxKeysInUse} keys in use together. Revoke one first.`)
    const isNew = await insertOperator(tx, { operatorId, name, createdBy: actorOf(actor), createdAtMs: nowMs })
    if (!isNew) return refuse('already_exists', `There is an operator ${operatorId} already.`)
    const grant = {
      alg: 'ed25519' as const,
      publicKey,
      scopes: operatorScopes,
      limits: undefined,
      schemes: ['rfc9421' as const],
      expiresAtMs: undefined,
    }
    return ok(await addKey(deps, tx, { onliId: allOperators, operatorId, grant, actor, nowMs }))
  })
  if (made.ok) await announceChange(deps, allOperators, trace)
  return made
}
