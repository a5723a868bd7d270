import { operatorRoles } from '@species/contracts'
import { secondPersonResponse } from '@species/flow'
import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { actorOf } from '@species/contracts'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import { listInvitations, revokeInvitation } from '../adapters/invitation-rows.ts'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { invitingOperator, invitingUser } from '../app/invite.ts'
import { type Invitation, statusOfInvitation } from '../domain/invitation.ts'
import { notStored, onliIdParams } from './wire.ts'

const tag = 'Administration'
const time = z.iso.datetime()
const reason = z.string().trim().min(3).max(500).default('an invitation')
const around = {
  invitationId: z.string(),
  onliId: z.string(),
  operatorId: z.string().optional(),
  expiresAt: time,
}
const madeSchema = z.strictObject({
  ...around,
  path: z.string().describe('the page that redeems it, with the token behind `#`: told once, here'),
})
const responses = { 201: { description: 'The link', schema: madeSchema }, ...secondPersonResponse }

/** Links by which people come in, as operators make, see and revoke them. */
export function invitationEndpoints(deps: AuthenticatorDeps): Endpoint[] {
  return [inviteUser(deps), inviteOperator(deps), list(deps), revoke(deps)]
}

function inviteUser(deps: AuthenticatorDeps): Endpoint {
  const invite = deps.secondPerson.define(invitingUser(deps))
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/users/{onliId}/invitations',
      operationId: 'inviteUser',
      tag,
      summary: 'Make a link with which a user comes in, once',
      description:
        'They make a passkey with it. It is good for 24 hours. A user who is not there yet is registered when the link is redeemed. Of one who is there it opens the account, as after all passkeys were lost: that takes two people.',
      access: 'operator',
      role: 'operator',
      audit: { action: 'user.invite', target: ({ params }) => params.onliId },
      params: onliIdParams,
      body: { schema: z.strictObject({ reason }), examples: { ann: { reason: 'She asked for it by telephone.' } } },
      problems: ['reserved_name'],
      responses,
    },
    (call) => invite.request(call, { onliId: call.params.onliId }, 201),
  )
}

const operatorId = z.string().regex(/^[a-z0-9][a-z0-9_-]{1,31}$/, 'must be 2 to 32 of a-z 0-9 _ -')

function inviteOperator(deps: AuthenticatorDeps): Endpoint {
  const invite = deps.secondPerson.define(invitingOperator(deps))
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/operators/{operatorId}/invitations',
      operationId: 'inviteOperator',
      tag,
      summary: 'Make a link with which an operator comes in, once',
      description:
        'They make a passkey with it. It is good for 24 hours. Of a new person `name` is needed, and they are added when the link is redeemed; one who is there gets a further passkey. It takes two people; only the person of the set-up invites the second one alone.',
      access: 'operator',
      role: 'admin',
      audit: { action: 'operator.invite', target: ({ params }) => params.operatorId },
      params: z.strictObject({ operatorId }),
      body: {
        schema: z.strictObject({
          name: z.string().trim().min(1).max(80).optional(),
          role: z.enum(operatorRoles).optional().describe('`operator`, unless given; the second person is an `admin`'),
          reason,
        }),
        examples: { grace: { name: 'Grace Hopper' } },
      },
      problems: ['already_exists'],
      responses,
    },
    (call) => {
      const { name, role } = call.body
      return invite.request(call, { operatorId: call.params.operatorId, name, role }, 201)
    },
  )
}

const invitationSchema = z.strictObject({
  ...around,
  name: z.string().optional(),
  role: z.enum(operatorRoles).optional(),
  isNew: z.boolean().describe('whether it makes someone who was not there'),
  status: z.enum(['open', 'redeemed', 'revoked', 'expired']),
  madeBy: z.string(),
  createdAt: time,
})

function viewOf(one: Invitation, nowMs: number): z.infer<typeof invitationSchema> {
  return {
    invitationId: one.invitationId,
    onliId: one.onliId,
    ...(one.operatorId === undefined ? {} : { operatorId: one.operatorId }),
    ...(one.name === undefined ? {} : { name: one.name }),
    ...(one.role === undefined ? {} : { role: one.role }),
    isNew: one.isNew,
    status: statusOfInvitation(one, nowMs),
    madeBy: one.madeBy,
    createdAt: toTimestamp(one.createdAtMs),
    expiresAt: toTimestamp(one.expiresAtMs),
  }
}

function list(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/invitations',
      operationId: 'listInvitations',
      tag,
      summary: 'The links by which people come in, newest first',
      description: 'The newest 200, and never a token.',
      access: 'operator',
      role: 'viewer',
      problems: [],
      responses: {
        200: { description: 'The links', schema: z.strictObject({ invitations: z.array(invitationSchema) }) },
      },
    },
    async () => {
      const nowMs = deps.clock.now()
      const invitations = (await listInvitations(deps.database)).map((one) => viewOf(one, nowMs))
      return json(200, { invitations }, notStored)
    },
  )
}

function revoke(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'delete',
      path: '/admin/v1/invitations/{invitationId}',
      operationId: 'revokeInvitation',
      tag,
      summary: 'Revoke a link that is not redeemed',
      description: 'It lets no one in any more. Again is the same.',
      access: 'operator',
      role: 'operator',
      audit: { action: 'invitation.revoke', target: ({ params }) => params.invitationId, stops: true },
      params: z.strictObject({ invitationId: z.string().regex(/^inv_[0-9a-f]{32}$/) }),
      problems: ['not_found'],
      responses: { 200: { description: 'The link as it stands', schema: invitationSchema } },
    },
    async ({ principal, params: { invitationId } }) => {
      const nowMs = deps.clock.now()
      const revoked = await revokeInvitation(deps.database, invitationId, actorOf(principal), nowMs)
      if (!revoked) throw new Problem('not_found', 'There is no such link, or it was redeemed.')
      return json(200, viewOf(revoked, nowMs), notStored)
    },
  )
}
