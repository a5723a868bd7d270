import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { proposalSchema, proposalView } from '@species/flow'
import { z } from 'zod'
import { findProposal, listProposals } from '../adapters/proposal-rows.ts'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { valueOf } from './wire.ts'

const tag = 'Administration'
const params = z.strictObject({ proposalId: z.uuid() })
const noProposal = (): Problem => new Problem('not_found', 'There is no such proposal.')

export function readProposals(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/proposals',
      operationId: 'listProposals',
      tag,
      summary: 'Actions of operators that wait for a second person',
      description:
        'In pages: ask again `before` the `nextBefore` of the answer. `status=all` shows those that are closed, too.',
      access: 'operator',
      role: 'viewer',
      query: z.strictObject({
        status: z.enum(['open', 'all']).default('open'),
        before: z.coerce.number().int().positive().optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      problems: [],
      responses: {
        200: {
          description: 'Newest first',
          schema: z.strictObject({ proposals: z.array(proposalSchema), nextBefore: z.number().int().optional() }),
        },
      },
    },
    async ({ query: { status, before, limit } }) => {
      const nowMs = deps.clock.now()
      const rows = await listProposals(deps.database, { onlyOpen: status === 'open', before, limit, nowMs })
      const nextBefore = rows.length === limit ? rows.at(-1)?.seq : undefined
      return json(200, { proposals: rows.map((one) => proposalView(one, nowMs)), nextBefore })
    },
  )
}

export function readProposal(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/proposals/{proposalId}',
      operationId: 'getProposal',
      tag,
      summary: 'A proposal: exactly what would be done, who proposed it and why',
      description: 'An approval names its `actionHash`.',
      access: 'operator',
      role: 'viewer',
      params,
      problems: ['not_found'],
      responses: { 200: { description: 'The proposal', schema: proposalSchema } },
    },
    async ({ params: { proposalId } }) => {
      const found = await findProposal(deps.database, proposalId)
      if (!found) throw noProposal()
      return json(200, proposalView(found, deps.clock.now()))
    },
  )
}

export function approveProposal(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/proposals/{proposalId}/approve',
      operationId: 'approveProposal',
      tag,
      summary: 'Approve what another person proposed: it is done at once',
      description:
        'Done once, exactly as proposed. If what it acts on has changed since, the proposal is void and nothing is done. `result` is the answer of the action itself.',
      access: 'operator',
      role: 'operator',
      audit: { action: 'proposal.approve', target: (asked) => asked.params.proposalId },
      params,
      body: {
        schema: z.strictObject({ actionHash: z.string().length(43).describe('of the proposal that you read') }),
        examples: { read: { actionHash: '2jmj7l5rSw0yVb_vlWAYkK_YBwk2jmj7l5rSw0yVb_v' } },
      },
      problems: ['not_found', 'precondition_failed', 'already_exists', 'vaults_fixed'],
      responses: {
        200: {
          description: 'Done',
          schema: z.strictObject({ proposal: proposalSchema, result: z.looseObject({}) }),
        },
      },
    },
    async ({ principal, params: { proposalId }, body: { actionHash }, trace, changed }) => {
      await deps.secondPerson.beforeApproval(deps.database, { proposalId, actionHash, by: principal })
      const approved = await deps.database.transaction((tx) =>
        deps.secondPerson.approve(tx, { proposalId, actionHash, by: principal, trace }),
      )
      const { proposal, ran } = valueOf(approved)
      changed({ before: ran.before, after: ran.after })
      await ran.afterCommit?.()
      const answer = { proposal: proposalView(proposal, deps.clock.now()), result: ran.answer }
      return json(200, answer, { 'cache-control': 'no-store' })
    },
  )
}

export function refuseProposal(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/proposals/{proposalId}/refuse',
      operationId: 'refuseProposal',
      tag,
      summary: 'Refuse what another person proposed, or withdraw what you proposed',
      description: 'It can then never be approved.',
      access: 'operator',
      role: 'operator',
      audit: { action: 'proposal.refuse', target: (asked) => asked.params.proposalId },
      params,
      body: {
        schema: z.strictObject({ reason: z.string().trim().min(8).max(1_000) }),
        examples: { refuse: { reason: 'The address is not in our register.' } },
      },
      problems: ['not_found', 'precondition_failed'],
      responses: { 200: { description: 'The proposal as it ended', schema: proposalSchema } },
    },
    async ({ principal, params: { proposalId }, body: { reason } }) => {
      const refused = await deps.database.transaction((tx) =>
        deps.secondPerson.refuse(tx, { proposalId, by: principal, reason }),
      )
      return json(200, proposalView(valueOf(refused), deps.clock.now()))
    },
  )
}
