import type { TwoPersonAction } from '@species/flow'
import { Problem } from '@species/http'
import { onliIdSchema } from '@species/contracts'
import type { z } from 'zod'
import { countKeysInUse } from '../adapters/key-store.ts'
import { lockUser } from '../adapters/user-store.ts'
import { type Grant, grantKey, maxKeysInUse, onlyReads } from '../domain/api-key.ts'
import { keyRequestFrom, keyRequestSchema, newKeyView, valueOf } from '../http/wire.ts'
import { type AuthenticatorDeps, announceChange } from './deps.ts'
import { addKey, tooManyKeys } from './manage-keys.ts'

const bodySchema = keyRequestSchema.extend({ onliId: onliIdSchema })
type Body = z.infer<typeof bodySchema>

/**
 * Making a key for a user. With a key that can do more than read an operator could act as the user, so it takes two people. It is then
 * made of the user's public key: an operator who got a secret would have the key.
 */
export function creatingUserKey(deps: AuthenticatorDeps): TwoPersonAction<Body> {
  const grantOf = ({ onliId: _, ...request }: Body): Grant =>
    valueOf(grantKey(undefined, keyRequestFrom(request), deps.clock.now()))
  return {
    kind: 'key.create',
    role: 'admin',
    schema: bodySchema,
    target: ({ onliId }) => onliId,
    inWords: (_tx, { onliId, scopes, publicKey }) =>
      `make a key of ${onliId} with the scopes ${scopes.join(', ')} from their public key ${publicKey}`,
    async version(tx, body) {
      if (deps.secondPerson.twoPeople && !onlyReads(body) && body.publicKey === undefined)
        throw new Problem(
          'forbidden',
          'A key that can do more than read is made of a public key of the user, so that no operator has its secret. Ask them for one: alg `ed25519`.',
        )
      grantOf(body)
      const user = await lockUser(tx, body.onliId)
      if (!user) throw new Problem('not_found', 'There is no such user.')
      return user.status
    },
    needsTwo: (_tx, body) => Promise.resolve(!onlyReads(body)),
    async run(tx, body, { actor, trace }) {
      const { onliId } = body
      const nowMs = deps.clock.now()
      if ((await countKeysInUse(tx, onliId, nowMs)) >= maxKeysInUse) throw new Problem('forbidden', tooManyKeys)
      const made = await addKey(deps, tx, { onliId, grant: grantOf(body), madeBy: `operator:${actor}`, nowMs })
      return {
        answer: newKeyView(made),
        after: { keyId: made.key.keyId, scopes: made.key.scopes },
        afterCommit: () => announceChange(deps, onliId, trace),
      }
    },
  }
}
