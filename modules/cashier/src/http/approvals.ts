import { agentIdSchema, confirmationHeader, normalisedEventSchema } from '@species/contracts'
import { type Call, type Endpoint, Problem, endpoint, json } from '@species/http'
import { type Result, formatUsdt, parseUsdt } from '@species/kernel'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import { approvalsOf } from '../adapters/approval-rows.ts'
import { type ApprovalDeps, denyApproval, grantApproval } from '../app/decide-approvals.ts'
import type { Approval } from '../domain/approval.ts'

const tag = 'Agents'
const base = '/marketplace/v1/agents/{agentId}/approvals'
const notStored = { 'cache-control': 'no-store' }
const mostListed = 100

const agentParams = z.strictObject({ agentId: agentIdSchema })
const params = agentParams.extend({ approvalId: z.string().regex(/^apr_[0-9a-f]{32}$/) })
const approvalSchema = z.strictObject({
  approvalId: z.string(),
  agentId: z.string(),
  state: z.enum(['undecided', 'granted', 'denied', 'expired', 'used', 'ended']),
  event: normalisedEventSchema.describe('exactly what would be done'),
  eventHash: z.string().describe('over all of the event; an approval names it'),
  highestTotal: z.string().describe('USDT that it may move at most, with the fee'),
  units: z.string(),
  mandateVersion: z.number(),
  askedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().describe('until then it can be decided, and used'),
})
const answered = { 200: { description: 'The approval', schema: approvalSchema } }

/** Lists, grants and denies approvals of agents' events. */
export function approvalEndpoints(deps: ApprovalDeps): Endpoint[] {
  return [list(deps), approve(deps), deny(deps)]
}

function list({ database }: ApprovalDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: base,
      operationId: 'listApprovals',
      tag,
      summary: 'What an agent asked you to approve',
      description: 'Undecided ones first, then the newest. For the owner, and for the agent itself.',
      access: 'read',
      params: agentParams,
      problems: [],
      responses: {
        200: { description: 'The approvals', schema: z.strictObject({ approvals: z.array(approvalSchema) }) },
      },
    },
    async ({ principal, params: { agentId } }) => {
      const mayRead = principal.limits?.agent === undefined || principal.limits.agent === agentId
      const found = mayRead ? await approvalsOf(database, agentId, mostListed) : []
      const approvals = found.filter(({ owner }) => owner === principal.onliId).map(view)
      return json(200, { approvals }, notStored)
    },
  )
}

function approve(deps: ApprovalDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: `${base}/{approvalId}/approve`,
      operationId: 'approveEvent',
      tag,
      summary: 'Approve exactly one event of an agent',
      description:
        'You confirm it. Its highest total is charged to the mandate at once; what is not used is given back. The agent then sends the same event again.',
      access: 'keys',
      requestHeaders: [confirmationHeader],
      params,
      body: {
        schema: z.strictObject({
          eventHash: z.string().max(64).describe('of the approval, as you read it'),
          highestTotal: z.string().max(40).describe('the same'),
        }),
        examples: {
          shown: { eventHash: '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU', highestTotal: '15.075000' },
        },
      },
      problems: [
        'not_found',
        'precondition_failed',
        'confirmation_required',
        'confirmation_invalid',
        'agent_stopped',
        'mandate_required',
        'limit_exceeded',
      ],
      responses: answered,
    },
    async (call) => {
      const total = parseUsdt(call.body.highestTotal)
      if (!total.ok) throw new Problem('invalid_request', total.refusal.detail)
      const shown = { eventHash: call.body.eventHash, highestMicro: total.value }
      return json(200, view(valueOf(await grantApproval(deps, asked(call), shown, confirmedBy(call)))), notStored)
    },
  )
}

function deny(deps: ApprovalDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: `${base}/{approvalId}/deny`,
      operationId: 'denyEvent',
      tag,
      summary: 'Deny an event of an agent',
      description: 'Also one that you approved, until it is used: what was charged for it is given back.',
      access: 'keys',
      params,
      problems: ['not_found', 'precondition_failed'],
      responses: answered,
    },
    async (call) => json(200, view(valueOf(await denyApproval(deps, asked(call)))), notStored),
  )
}

type ApprovalCall = Call<z.infer<typeof params>, unknown, unknown>

function asked({ principal, params: { agentId, approvalId } }: ApprovalCall): Parameters<typeof denyApproval>[1] {
  return { principal, agentId, approvalId }
}

function confirmedBy({
  rawBody,
  headers,
  params: { agentId, approvalId },
}: ApprovalCall): Parameters<typeof grantApproval>[3] {
  const path = `/marketplace/v1/agents/${agentId}/approvals/${approvalId}/approve`
  return { action: { method: 'POST', path, body: rawBody }, confirmation: headers.get(confirmationHeader) }
}

function view(approval: Approval): z.infer<typeof approvalSchema> {
  const { approvalId, agentId, state, event, eventHash, mandateVersion } = approval
  return {
    approvalId,
    agentId,
    state,
    event,
    eventHash,
    highestTotal: formatUsdt(approval.highestMicro),
    units: approval.units.toString(),
    mandateVersion,
    askedAt: toTimestamp(approval.askedAtMs),
    expiresAt: toTimestamp(approval.expiresAtMs),
  }
}

function valueOf<T>(result: Result<T, { code: ConstructorParameters<typeof Problem>[0]; detail: string }>): T {
  if (!result.ok) throw new Problem(result.refusal.code, result.refusal.detail)
  return result.value
}
