import { type Principal, confirmationHeader } from '@species/contracts'
import { type Call, type Endpoint, Problem, endpoint, json } from '@species/http'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import { type Agent, agentsOf, findAgent } from '../adapters/agent-store.ts'
import type { AuthenticatorDeps } from '../app/deps.ts'
import {
  type Confirmed,
  createAgent,
  resumeAgent,
  resumeAll,
  setMandate,
  stopAgent,
  stopAll,
} from '../app/manage-agents.ts'
import { agentParams, agentSchema, agentView, agentWithUse, agentWithUseSchema } from './agent-wire.ts'
import { mandateExample, mandateFrom, wireMandateSchema } from './mandate-wire.ts'
import { examplePublicKey, notStored, publicKeySchema, valueOf } from './wire.ts'

const tag = 'Agents'
const base = '/marketplace/v1/agents'
const exampleTime = '2026-01-01T00:00:00.000Z'
const confirming = ['confirmation_required', 'confirmation_invalid'] as const
const millisecondsSchema = z.iso.datetime().describe('as it was answered')

const oneAgent = { 200: { description: 'The agent', schema: agentSchema } }

const agentName = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,59}$/u

export function createOwnAgent(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: base,
      operationId: 'createAgent',
      tag,
      summary: 'Make an agent with a mandate and a key',
      description:
        'The agent trades for you, within the mandate alone, with an Ed25519 key of which we get the public half. It can send no money out, make no keys and prove no wallets. A second key of yours confirms the request. The same public key again is the same agent.',
      access: 'keys',
      requestHeaders: [confirmationHeader],
      body: {
        schema: z.strictObject({
          name: z
            .string()
            .max(60)
            // Not as a pattern: readers of the document compile one without the flag that it needs.
            .refine((text) => agentName.test(text), 'must be 1 to 60 letters, digits, spaces or . _ -'),
          publicKey: publicKeySchema,
          mandate: wireMandateSchema,
        }),
        examples: { buyer: { name: 'buyer', publicKey: examplePublicKey, mandate: mandateExample } },
      },
      problems: [...confirming, 'too_many_agents'],
      responses: {
        201: { description: 'The agent, made now or before', schema: agentSchema.extend({ keyId: z.string() }) },
      },
    },
    async (call) => {
      const { name, publicKey, mandate } = call.body
      const wanted = { name, publicKey, mandate: mandateFrom(mandate) }
      const { agent, keyId } = valueOf(await createAgent(deps, call, wanted, confirmedBy(call, 'POST', base)))
      return json(201, { ...agentView(agent), keyId }, notStored)
    },
  )
}

export function listAgents(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: base,
      operationId: 'listAgents',
      tag,
      summary: 'Your agents, newest first',
      description: 'With the mandate of each. The key of an agent is shown that agent alone.',
      access: 'read',
      problems: [],
      responses: { 200: { description: 'The agents', schema: z.strictObject({ agents: z.array(agentSchema) }) } },
    },
    async ({ principal }) => {
      const agents = (await agentsOf(deps.database, principal.onliId)).filter((agent) => mayRead(principal, agent))
      return json(200, { agents: agents.map(agentView) }, notStored)
    },
  )
}

export function readAgent(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: `${base}/{agentId}`,
      operationId: 'getAgent',
      tag,
      summary: 'An agent, and what is left of its mandate',
      description: 'For its owner, and for the agent itself.',
      access: 'read',
      params: agentParams,
      problems: ['not_found'],
      responses: { 200: { description: 'The agent', schema: agentWithUseSchema } },
    },
    async ({ principal, params }) => {
      const agent = await findAgent(deps.database, principal.onliId, params.agentId)
      if (!agent || !mayRead(principal, agent)) throw new Problem('not_found', 'You have no such agent.')
      return json(200, await agentWithUse(deps, agent), notStored)
    },
  )
}

export function putMandate(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'put',
      path: `${base}/{agentId}/mandate`,
      operationId: 'setMandate',
      tag,
      summary: 'Give an agent another mandate',
      description:
        'It binds from now on, also events that were accepted and are not funded yet; what was spent before counts. A second key of yours confirms it, unless it only narrows the mandate in force.',
      access: 'keys',
      requestHeaders: [confirmationHeader],
      params: agentParams,
      body: {
        schema: z.strictObject({
          mandate: wireMandateSchema,
          replaces: z.number().int().min(0).describe('the `mandateVersion` that you read'),
        }),
        examples: { narrower: { mandate: mandateExample, replaces: 1 } },
      },
      problems: ['not_found', 'precondition_failed', ...confirming],
      responses: oneAgent,
    },
    async (call) => {
      const { agentId } = call.params
      const wanted = { agentId, mandate: mandateFrom(call.body.mandate), replaces: call.body.replaces }
      const confirmed = confirmedBy(call, 'PUT', `${base}/${agentId}/mandate`)
      return json(200, agentView(valueOf(await setMandate(deps, call, wanted, confirmed))), notStored)
    },
  )
}

export function pauseAgent(deps: AuthenticatorDeps): Endpoint {
  return stopping(deps, {
    path: `${base}/{agentId}/pause`,
    operationId: 'pauseAgent',
    summary: 'Pause an agent, at once',
    description: 'Nothing of it is funded from now on, whatever was accepted before. It can be resumed.',
    status: 'paused',
  })
}

export function revokeAgent(deps: AuthenticatorDeps): Endpoint {
  return stopping(deps, {
    path: `${base}/{agentId}/revoke`,
    operationId: 'revokeAgent',
    summary: 'Revoke an agent with its keys, for ever',
    description: 'Nothing of it is funded from now on, and its requests are refused. It cannot be undone.',
    status: 'revoked',
  })
}

function stopping(
  deps: AuthenticatorDeps,
  {
    status,
    ...spec
  }: Pick<Endpoint['spec'], 'path' | 'operationId' | 'summary' | 'description'> & { status: 'paused' | 'revoked' },
): Endpoint {
  return endpoint(
    { ...spec, method: 'post', tag, access: 'keys', params: agentParams, problems: ['not_found'], responses: oneAgent },
    async (call) => {
      const { agentId } = call.params
      return json(200, agentView(valueOf(await stopAgent(deps, call, { agentId, status }))), notStored)
    },
  )
}

export function resumeOwnAgent(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: `${base}/{agentId}/resume`,
      operationId: 'resumeAgent',
      tag,
      summary: 'Resume a paused agent',
      description: 'Within its mandate as it is. A second key of yours confirms it.',
      access: 'keys',
      requestHeaders: [confirmationHeader],
      params: agentParams,
      body: {
        schema: z.strictObject({ changedAt: millisecondsSchema.describe('of the agent, as you read it') }),
        examples: { paused: { changedAt: exampleTime } },
      },
      problems: ['not_found', 'precondition_failed', ...confirming],
      responses: oneAgent,
    },
    async (call) => {
      const { agentId } = call.params
      const wanted = { agentId, changedAtMs: Date.parse(call.body.changedAt) }
      const confirmed = confirmedBy(call, 'POST', `${base}/${agentId}/resume`)
      return json(200, agentView(valueOf(await resumeAgent(deps, call, wanted, confirmed))), notStored)
    },
  )
}

export function stopAgents(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: `${base}/stop`,
      operationId: 'stopAgents',
      tag,
      summary: 'Stop all your agents, at once',
      description: 'Also those that you make later, until you resume them. Nothing of theirs is funded from now on.',
      access: 'keys',
      body: {
        schema: z.strictObject({ reason: z.string().trim().min(3).max(500).default('stopped by the owner') }),
        examples: { loss: { reason: 'My laptop was stolen.' } },
      },
      problems: [],
      responses: {
        200: { description: 'Since when', schema: z.strictObject({ stoppedAt: z.iso.datetime() }) },
      },
    },
    async (call) => {
      const { stoppedAtMs } = valueOf(await stopAll(deps, call, call.body.reason))
      return json(200, { stoppedAt: toTimestamp(stoppedAtMs) }, notStored)
    },
  )
}

export function resumeAgents(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: `${base}/resume`,
      operationId: 'resumeAgents',
      tag,
      summary: 'End the stop of all your agents',
      description: 'Agents that are paused stay paused. A second key of yours confirms it.',
      access: 'keys',
      requestHeaders: [confirmationHeader],
      body: {
        schema: z.strictObject({ stoppedAt: millisecondsSchema }),
        examples: { stopped: { stoppedAt: exampleTime } },
      },
      problems: ['precondition_failed', ...confirming],
      responses: { 204: { description: 'They may act again', schema: 'empty' } },
    },
    async (call) => {
      valueOf(await resumeAll(deps, call, Date.parse(call.body.stoppedAt), confirmedBy(call, 'POST', `${base}/resume`)))
      return new Response(null, { status: 204 })
    },
  )
}

/** The owner reads all of theirs, an agent only itself. */
function mayRead({ limits }: Principal, { agentId }: Agent): boolean {
  return limits?.agent === undefined || limits.agent === agentId
}

function confirmedBy(
  { rawBody, headers }: Pick<Call<unknown, unknown, unknown>, 'rawBody' | 'headers'>,
  method: string,
  path: string,
): Confirmed {
  return { action: { method, path, body: rawBody }, confirmation: headers.get(confirmationHeader) }
}
