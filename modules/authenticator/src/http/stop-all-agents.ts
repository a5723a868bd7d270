import { type Principal, actorOf } from '@species/contracts'
import type { Sql } from '@species/database'
import { type TwoPersonAction, secondPersonResponse } from '@species/flow'
import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import { type AgentStop, deleteStop, insertStop, lockStop } from '../adapters/agent-store.ts'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { notStored } from './wire.ts'

const tag = 'Administration'
const scope = 'venue'
const stopSchema = z.strictObject({
  stopped: z.boolean(),
  stoppedAt: z.iso.datetime().optional(),
  reason: z.string().optional(),
})
const reason = z.string().trim().min(3).max(500)

/** One operator stops every agent of the market, at once. */
export function stopAllAgents(deps: AuthenticatorDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/agents/stop',
      operationId: 'stopAllAgents',
      tag,
      summary: 'Stop every agent of the market, at once',
      description: 'People go on trading. Nothing that an agent sent is funded from now on. Resuming takes two people.',
      access: 'operator',
      role: 'operator',
      audit: { action: 'agents.stop', target: () => scope, stops: true },
      body: { schema: z.strictObject({ reason }), examples: { flood: { reason: 'Agents trade against each other.' } } },
      problems: [],
      responses: { 200: { description: 'Since when', schema: stopSchema } },
    },
    async ({ principal, body, changed }) => {
      const stop = await deps.database.transaction((tx) => stopVenue(deps, tx, principal, body.reason))
      changed({ after: view(stop) })
      return json(200, view(stop), notStored)
    },
  )
}

async function stopVenue(
  { clock }: AuthenticatorDeps,
  tx: Sql,
  principal: Principal,
  why: string,
): Promise<AgentStop | undefined> {
  await insertStop(tx, { scope, stoppedAtMs: clock.now(), stoppedBy: actorOf(principal), reason: why })
  return await lockStop(tx, scope)
}

export function resumeAllAgents(deps: AuthenticatorDeps): Endpoint {
  const resume = deps.secondPerson.define(resuming)
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/agents/resume',
      operationId: 'resumeAllAgents',
      tag,
      summary: 'End the stop of every agent of the market',
      description: 'Agents that are paused, or stopped by their owner, stay so. It takes two people.',
      access: 'operator',
      role: 'operator',
      audit: { action: 'agents.resume', target: () => scope },
      body: { schema: z.strictObject({ reason }), examples: { over: { reason: 'The cause was found and removed.' } } },
      problems: ['precondition_failed'],
      responses: { 200: { description: 'They may act again', schema: stopSchema }, ...secondPersonResponse },
    },
    (call) => resume.request(call, {}),
  )
}

const resuming: TwoPersonAction<object> = {
  kind: 'agents.resume',
  role: 'operator',
  schema: z.strictObject({}),
  target: () => scope,
  inWords: () => 'let every agent of the market act again',
  async version(tx) {
    const stop = await lockStop(tx, scope)
    if (!stop) throw new Problem('precondition_failed', 'Agents are not stopped.')
    return toTimestamp(stop.stoppedAtMs)
  },
  async run(tx) {
    const before = await lockStop(tx, scope)
    await deleteStop(tx, scope)
    return { answer: { stopped: false }, before: view(before), after: { stopped: false } }
  },
}

function view(stop: AgentStop | undefined): z.infer<typeof stopSchema> {
  return stop ? { stopped: true, stoppedAt: toTimestamp(stop.stoppedAtMs), reason: stop.reason } : { stopped: false }
}
