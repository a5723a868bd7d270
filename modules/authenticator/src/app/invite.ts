import { type OperatorRole, operatorRoles } from '@species/contracts'
import type { Sql } from '@species/database'
import type { Ran, TwoPersonAction } from '@species/flow'
import { Problem } from '@species/http'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import { countOpenInvitations, insertInvitation } from '../adapters/invitation-rows.ts'
import { countOperators, lockOperator } from '../adapters/operator-store.ts'
import { findUser, lockUser } from '../adapters/user-store.ts'
import { type Invitation, invitationLifeMs, maxInvitations, maxInvitationsOfOperator } from '../domain/invitation.ts'
import { mayBeRegistered, operatorId as allOperators } from '../domain/user.ts'
import type { AuthenticatorDeps } from './deps.ts'

const userSchema = z.strictObject({ onliId: z.string() })

/** Inviting a user. Of one who is there already it opens the account, so that takes two people. */
export function invitingUser(deps: AuthenticatorDeps): TwoPersonAction<z.infer<typeof userSchema>> {
  return {
    kind: 'user.invite',
    role: 'admin',
    schema: userSchema,
    target: ({ onliId }) => onliId,
    inWords: async (tx, { onliId }) =>
      (await findUser(tx, onliId))
        ? `make a link that opens the account of ${onliId}, who is there already`
        : `invite ${onliId}`,
    async version(tx, { onliId }) {
      if (!mayBeRegistered(onliId)) throw new Problem('reserved_name', `${onliId} is the marketplace's own name.`)
      return (await lockUser(tx, onliId)) ? 'present' : 'absent'
    },
    needsTwo: async (tx, { onliId }) => (await findUser(tx, onliId)) !== undefined,
    async run(tx, { onliId }, { actor }) {
      const isNew = !(await findUser(tx, onliId))
      return await makeInvitation(deps, tx, { onliId, operatorId: undefined, isNew, isSecond: false, madeBy: actor })
    },
  }
}

const operatorSchema = z.strictObject({
  operatorId: z.string(),
  name: z.string().optional(),
  role: z.enum(operatorRoles).optional(),
})

/**
 * Inviting a person who runs the marketplace, or giving one who does a link to a passkey. It takes two people, except that the person of the
 * set-up invites the second one, who is an admin.
 */
export function invitingOperator(deps: AuthenticatorDeps): TwoPersonAction<z.infer<typeof operatorSchema>> {
  const isAlone = async (tx: Sql): Promise<boolean> => (await countOperators(tx)) <= 1
  return {
    kind: 'operator.invite',
    role: 'admin',
    schema: operatorSchema,
    target: ({ operatorId }) => operatorId,
    inWords: (_tx, { operatorId, name, role }) =>
      name === undefined
        ? `make a link with which the operator ${operatorId} adds a passkey`
        : `invite ${name} as the operator ${operatorId} with the role ${role ?? 'operator'}`,
    async version(tx, { operatorId, name, role }) {
      await lockUser(tx, allOperators)
      const found = await lockOperator(tx, operatorId)
      if (found && (name !== undefined || role !== undefined))
        throw new Problem('already_exists', `There is an operator ${operatorId} already: leave name and role out.`)
      if (!found && name === undefined) throw new Problem('invalid_request', 'Of a new operator `name` is needed.')
      if (!found && role !== undefined && role !== 'admin' && (await isAlone(tx)))
        throw new Problem('forbidden', 'The second operator is an admin: what takes two admins needs them.')
      return found ? `${found.role}:${found.suspendedAtMs ?? 'active'}` : 'absent'
    },
    needsTwo: async (tx) => !(await isAlone(tx)),
    async run(tx, { operatorId, name, role: asked }, { actor }) {
      const isNew = name !== undefined
      const isSecond = isNew && (await isAlone(tx))
      const role: OperatorRole | undefined = isNew ? (asked ?? (isSecond ? 'admin' : 'operator')) : undefined
      const given = { onliId: allOperators, operatorId, name, role, isNew, isSecond, madeBy: actor }
      return await makeInvitation(deps, tx, given)
    },
  }
}

type Wanted = Pick<Invitation, 'onliId' | 'operatorId' | 'isNew' | 'isSecond' | 'madeBy'> &
  Partial<Pick<Invitation, 'name' | 'role'>>

async function makeInvitation(deps: AuthenticatorDeps, tx: Sql, wanted: Wanted): Promise<Ran> {
  const nowMs = deps.clock.now()
  const open = await countOpenInvitations(tx, nowMs)
  if (open.all >= maxInvitations || (open.byMaker.get(makerOf(wanted)) ?? 0) >= maxInvitationsOfOperator)
    throw new Problem(
      'forbidden',
      `There are ${maxInvitations} open links, or ${maxInvitationsOfOperator} of yours. Revoke some first.`,
    )
  const invitation: Invitation = {
    invitationId: `inv_${Buffer.from(deps.ids.bytes(16)).toString('hex')}`,
    name: undefined,
    role: undefined,
    ...wanted,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + invitationLifeMs,
    redeemedAtMs: undefined,
    revokedAtMs: undefined,
  }
  const token = Buffer.from(deps.ids.bytes(32)).toString('base64url')
  await insertInvitation(tx, invitation, token)
  const { invitationId, onliId, operatorId, expiresAtMs } = invitation
  return {
    // Told here and never again. Behind `#`, so that no server and no log sees it when the link is opened.
    answer: { invitationId, onliId, operatorId, expiresAt: toTimestamp(expiresAtMs), path: `/invite#${token}` },
    after: { invitationId, onliId, operatorId },
  }
}

function makerOf({ madeBy }: Wanted): string {
  return madeBy.split('/')[0] ?? madeBy
}
