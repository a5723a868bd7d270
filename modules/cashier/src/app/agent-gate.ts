import { hash } from 'node:crypto'
import {
  type AgentGate,
  type AgentRefusal,
  type AuthenticatorQueries,
  type MarketplaceConfig,
  type StateBodies,
  canonicalEvent,
} from '@species/contracts'
import { formatUsdt } from '@species/kernel'
import type { Database, Sql } from '@species/database'
import { type Clock, type Ids, toTimestamp } from '@species/platform'
import { findByHashes, insertApproval } from '../adapters/approval-rows.ts'
import { lockCounters, lockName } from '../adapters/limit-counters.ts'
import { type Approval, approvalLifeMs, highestOf, isGranted, maxUndecided, needsApproval } from '../domain/approval.ts'
import { mandateOf, movedBy } from '../domain/mandate.ts'
import { postingOf } from '../domain/posting.ts'

interface GateDeps {
  readonly database: Database
  readonly clock: Pick<Clock, 'now'>
  readonly ids: Ids
  readonly authenticator: (sql: Sql) => Pick<AuthenticatorQueries, 'agents'>
}

/**
 * Asked before an agent's event is accepted, so that the agent hears at once that it is stopped, or that a person must approve. The last
 * word is spoken when the event is funded, on what it then moves.
 */
export function createAgentGate(deps: GateDeps): AgentGate {
  return {
    async admit(agentId, { owner, event, judged }) {
      const nowMs = deps.clock.now()
      const standing = (await deps.authenticator(deps.database).agents([agentId])).get(agentId)
      const mandate = mandateOf(standing?.owner === owner ? standing : undefined, nowMs)
      if (!mandate.ok) return mandate.refusal
      if (mandate.value.approvalAbove === undefined) return undefined
      const matched = await judged()
      // What would be refused as things stand gets its refusal, and its receipt, from the rules that say so.
      if (!matched) return undefined
      const { dossier, config } = matched
      const moved = movedBy(dossier, postingOf(dossier, config))
      if (!needsApproval(mandate.value, moved)) return undefined
      const eventHash = hash('sha256', canonicalEvent(event), 'base64url')
      const [before] = await findByHashes(deps.database, [agentId], [eventHash])
      if (before?.state === 'undecided' && before.expiresAtMs > nowMs) return required(before)
      if (before) {
        const granted = isGranted(before, moved, nowMs)
        return granted.ok ? undefined : granted.refusal
      }
      const asked = { owner, agentId, event, eventHash, mandateVersion: standing?.mandateVersion ?? 0 }
      return await ask(deps, asked, { dossier, config, nowMs })
    },
  }
}

async function ask(
  deps: GateDeps,
  asked: Pick<Approval, 'owner' | 'agentId' | 'event' | 'eventHash' | 'mandateVersion'>,
  { dossier, config, nowMs }: { dossier: StateBodies['matched']; config: MarketplaceConfig; nowMs: number },
): Promise<AgentRefusal> {
  const { usdtMicro, units } = highestOf(dossier, movedBy(dossier, postingOf(dossier, config)), config)
  const approval = {
    ...asked,
    approvalId: `apr_${Buffer.from(deps.ids.bytes(16)).toString('hex')}`,
    highestMicro: usdtMicro,
    units,
    askedAtMs: nowMs,
    expiresAtMs: nowMs + approvalLifeMs,
  }
  const { agentId, eventHash } = asked
  return await deps.database.transaction(async (tx): Promise<AgentRefusal> => {
    // One after another for an agent, so that many questions at once are still counted.
    await lockCounters(tx, [{ keyId: agentId, windowName: lockName, units: 0n }])
    if (await insertApproval(tx, approval, maxUndecided))
      return required({ ...approval, state: 'undecided', charges: [] })
    const [same] = await findByHashes(tx, [agentId], [eventHash])
    if (same) return required(same)
    return {
      code: 'too_many_approvals',
      detail: `${maxUndecided} events of this agent wait for the approval of its owner. Send it again when they have decided.`,
    }
  })
}

function required({ approvalId, agentId, owner, highestMicro, units, expiresAtMs }: Approval): AgentRefusal {
  const command = `npx species agent approve ${approvalId} --as ${owner}`
  return {
    code: 'approval_required',
    detail: `Your owner must approve this event: up to ${formatUsdt(highestMicro)} USDT and ${units} units. It was not accepted, and holds nothing. When they have, send the same event again under the same eventId. They run: ${command}`,
    members: {
      approvalId,
      approve: `/marketplace/v1/agents/${agentId}/approvals/${approvalId}/approve`,
      command,
      highestTotal: formatUsdt(highestMicro),
      expiresAt: toTimestamp(expiresAtMs),
    },
  }
}
