import { agentIdSchema } from '@species/contracts'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import type { Agent } from '../adapters/agent-store.ts'
import type { AuthenticatorDeps } from '../app/deps.ts'
import { mandateView, useSchema, useView, wireMandateSchema } from './mandate-wire.ts'

export const agentParams = z.strictObject({ agentId: agentIdSchema })

export const agentSchema = z.strictObject({
  agentId: z.string(),
  name: z.string(),
  status: z.enum(['active', 'paused', 'revoked', 'stopped_by_owner', 'stopped_by_operator', 'unreadable']),
  mandateVersion: z.number(),
  mandate: wireMandateSchema.optional(),
  createdAt: z.iso.datetime(),
  changedAt: z.iso.datetime().describe('of its status or its mandate'),
})
export const agentWithUseSchema = agentSchema.extend({ use: useSchema })

export function agentView(agent: Agent): z.infer<typeof agentSchema> {
  return {
    agentId: agent.agentId,
    name: agent.name,
    status: agent.status,
    mandateVersion: agent.mandateVersion,
    ...(agent.mandate ? { mandate: mandateView(agent.mandate) } : {}),
    createdAt: toTimestamp(agent.createdAtMs),
    changedAt: toTimestamp(agent.changedAtMs),
  }
}

/** With what of its mandate is used and left. */
export async function agentWithUse(
  { database, clock, use }: AuthenticatorDeps,
  agent: Agent,
): Promise<z.infer<typeof agentWithUseSchema>> {
  const used = await use(database).agentUse(agent.agentId, clock.now())
  return { ...agentView(agent), use: useView(agent.mandate, used) }
}
