import type { TwoPersonAction } from '@species/flow'
import { Problem } from '@species/http'
import { z } from 'zod'
import { countKeysInUse } from '../adapters/key-store.ts'
import { countOperators, hasOperator, insertOperator } from '../adapters/operator-store.ts'
import { lockUser } from '../adapters/user-store.ts'
import { maxKeysInUse } from '../domain/api-key.ts'
import { operatorId as allOperators, operatorScopes } from '../domain/user.ts'
import { newKeyView } from '../http/wire.ts'
import { type AuthenticatorDeps, announceChange } from './deps.ts'
import { addKey } from './manage-keys.ts'

const bodySchema = z.strictObject({ operatorId: z.string(), name: z.string(), publicKey: z.string() })

/**
 * Adding a person who runs the marketplace, with a first key of which we get the public half alone. It takes two people, except that the
 * person of the set-up adds the second one.
 */
export function creatingOperator(deps: AuthenticatorDeps): TwoPersonAction<z.infer<typeof bodySchema>> {
  return {
    kind: 'operator.create',
    schema: bodySchema,
    target: ({ operatorId }) => operatorId,
    inWords: (_tx, { operatorId, name, publicKey }) =>
      `make ${name} the operator ${operatorId}, with the key ${publicKey}`,
    async version(tx, { operatorId }) {
      await lockUser(tx, allOperators)
      if (await hasOperator(tx, operatorId))
        throw new Problem('already_exists', `There is an operator ${operatorId} already.`)
      return 'absent'
    },
    needsTwo: async (tx) => (await countOperators(tx)) > 1,
    async run(tx, { operatorId, name, publicKey }, { actor, trace }) {
      const nowMs = deps.clock.now()
      if ((await countKeysInUse(tx, allOperators, nowMs)) >= maxKeysInUse)
        throw new Problem('forbidden', `Operators have at most ${maxKeysInUse} keys in use together. Revoke one first.`)
      await insertOperator(tx, { operatorId, name, createdBy: actor, createdAtMs: nowMs })
      const grant = {
        alg: 'ed25519' as const,
        publicKey,
        scopes: operatorScopes,
        limits: undefined,
        schemes: ['rfc9421' as const],
        expiresAtMs: undefined,
      }
      const made = await addKey(deps, tx, { onliId: allOperators, operatorId, grant, madeBy: actor, nowMs })
      return {
        answer: newKeyView(made),
        after: { operatorId, name, keyId: made.key.keyId },
        afterCommit: () => announceChange(deps, allOperators, trace),
      }
    },
  }
}
