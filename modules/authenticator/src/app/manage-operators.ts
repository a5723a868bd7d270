import { type OperatorRole, operatorRoles } from '@species/contracts'
import type { Sql } from '@species/database'
import type { TwoPersonAction } from '@species/flow'
import { Problem } from '@species/http'
import { z } from 'zod'
import { countKeysInUse } from '../adapters/key-store.ts'
import {
  type Operator,
  countOperators,
  countSigningAdmins,
  hasOperator,
  insertOperator,
  lockOperator,
  setOperator,
} from '../adapters/operator-store.ts'
import { lockUser } from '../adapters/user-store.ts'
import { maxKeysInUse } from '../domain/api-key.ts'
import { operatorId as allOperators, operatorScopes } from '../domain/user.ts'
import { newKeyView } from '../http/wire.ts'
import { type AuthenticatorDeps, announceChange } from './deps.ts'
import { addKey } from './manage-keys.ts'

const roleSchema = z.enum(operatorRoles)
const createSchema = z.strictObject({
  operatorId: z.string(),
  name: z.string(),
  publicKey: z.string(),
  role: roleSchema.optional(),
})

/**
 * Adding a person who runs the marketplace, with a first key of which we get the public half alone. It takes two people, except that the
 * person of the set-up adds the second one, who is an admin: otherwise no one could approve what takes two admins.
 */
export function creatingOperator(deps: AuthenticatorDeps): TwoPersonAction<z.infer<typeof createSchema>> {
  const isSecond = async (tx: Sql): Promise<boolean> => (await countOperators(tx)) <= 1
  return {
    kind: 'operator.create',
    role: 'admin',
    schema: createSchema,
    target: ({ operatorId }) => operatorId,
    inWords: (_tx, { operatorId, name, publicKey, role }) =>
      `make ${name} the operator ${operatorId} with the role ${role ?? 'operator'} and the key ${publicKey}`,
    async version(tx, { operatorId, role }) {
      await lockUser(tx, allOperators)
      if (await hasOperator(tx, operatorId))
        throw new Problem('already_exists', `There is an operator ${operatorId} already.`)
      if (role !== undefined && role !== 'admin' && (await isSecond(tx)))
        throw new Problem(
          'forbidden',
          'The second operator is an admin: what takes two admins needs them. Add them first.',
        )
      return 'absent'
    },
    needsTwo: async (tx) => !(await isSecond(tx)),
    async run(tx, { operatorId, name, publicKey, role: asked }, { actor, trace }) {
      const nowMs = deps.clock.now()
      if ((await countKeysInUse(tx, allOperators, nowMs)) >= maxKeysInUse)
        throw new Problem('forbidden', `Operators have at most ${maxKeysInUse} keys in use together. Revoke one first.`)
      const role = asked ?? ((await isSecond(tx)) ? 'admin' : 'operator')
      await insertOperator(tx, { operatorId, name, createdBy: actor, createdAtMs: nowMs, role })
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
        after: { operatorId, name, role, keyId: made.key.keyId },
        afterCommit: () => announceChange(deps, allOperators, trace),
      }
    },
  }
}

const standings = z.enum(['active', 'suspended'])
export const operatorChange = { role: roleSchema.optional(), status: standings.optional() }
const changeSchema = z.strictObject({ operatorId: z.string(), ...operatorChange })

/** Changing the role of an operator or reinstating them. It takes two people. */
export function changingOperator(deps: AuthenticatorDeps): TwoPersonAction<z.infer<typeof changeSchema>> {
  return {
    kind: 'operator.change',
    role: 'admin',
    schema: changeSchema,
    target: ({ operatorId }) => operatorId,
    inWords: async (tx, { operatorId, role, status }) => {
      const before = await operatorAt(tx, operatorId)
      const parts = [role && `the role ${role} instead of ${before.role}`, status && `the standing ${status}`]
      return `give the operator ${operatorId} ${parts.filter(Boolean).join(' and ')}`
    },
    async version(tx, { operatorId }) {
      // All changes of operators one after another: the last two admins do not lose their roles at the same time.
      await lockUser(tx, allOperators)
      const { role, suspendedAtMs } = await operatorAt(tx, operatorId)
      return `${role}:${suspendedAtMs ?? 'active'}`
    },
    async run(tx, { operatorId, role, status }, { actor, trace }) {
      const before = await operatorAt(tx, operatorId)
      if (status === 'suspended' && actor.split('/')[0] === operatorId)
        throw new Problem('forbidden', 'You cannot suspend yourself: another admin does, or you revoke your keys.')
      const suspendedAtMs = status === undefined ? before.suspendedAtMs : standingSince(deps, before, status)
      const after = { role: role ?? before.role, suspendedAtMs }
      await setOperator(tx, operatorId, after)
      if ((await countSigningAdmins(tx, deps.clock.now())) < 1)
        throw new Problem('forbidden', 'Someone must be left who is an admin, not suspended, and has a key.')
      return {
        answer: { operatorId, role: after.role, status: statusOf(after) },
        before: { role: before.role, status: statusOf(before) },
        after: { role: after.role, status: statusOf(after) },
        afterCommit: () => announceChange(deps, allOperators, trace),
      }
    },
  }
}

function standingSince(
  { clock }: AuthenticatorDeps,
  before: Operator,
  status: z.infer<typeof standings>,
): number | undefined {
  return status === 'active' ? undefined : (before.suspendedAtMs ?? clock.now())
}

/** How a person stands, in a word. */
export function statusOf({ suspendedAtMs }: { suspendedAtMs?: number | undefined }): 'active' | 'suspended' {
  return suspendedAtMs === undefined ? 'active' : 'suspended'
}

async function operatorAt(tx: Sql, operatorId: string): Promise<Operator & { readonly role: OperatorRole }> {
  const found = await lockOperator(tx, operatorId)
  if (!found) throw new Problem('not_found', 'There is no such operator.')
  return found
}
