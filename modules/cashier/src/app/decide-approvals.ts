import { type AccessRefusal, type Action, type Principal, actorOf } from '@species/contracts'
import { type Result, assert, ok, refuse } from '@species/kernel'
import type { Sql } from '@species/database'
import {
  decideApproval,
  expiredApprovals,
  findApproval,
  lockApprovals,
  setApprovals,
} from '../adapters/approval-rows.ts'
import { lockCounters, lockName, writeCounters } from '../adapters/limit-counters.ts'
import type { Approval } from '../domain/approval.ts'
import { agentCharges, mandateOf } from '../domain/mandate.ts'
import type { CashierDeps } from './deps.ts'

type Answer = Promise<Result<Approval, AccessRefusal>>
export type ApprovalDeps = Pick<CashierDeps, 'database' | 'clock' | 'authenticator' | 'confirm'>

interface Asked {
  readonly principal: Principal
  readonly agentId: string
  readonly approvalId: string
}

const none = 'You have no such approval.'

/**
 * Grants an approval as it was shown, once a person confirms it, and charges its highest total to the mandate. Granted again it is the same.
 */
export async function grantApproval(
  deps: ApprovalDeps,
  { principal, agentId, approvalId }: Asked,
  shown: { eventHash: string; highestMicro: bigint },
  confirmed: { action: Action; confirmation: string | null },
): Answer {
  return await deps.database.transaction(async (tx): Answer => {
    const nowMs = deps.clock.now()
    const found = await findApproval(tx, agentId, approvalId)
    if (found?.owner !== principal.onliId) return refuse('not_found', none)
    if (principal.limits !== undefined || !principal.scopes.includes('trade'))
      return refuse('forbidden', 'This key is limited, or cannot trade. Approve with a key of yours that is not.')
    const by = await deps.confirm(tx).confirm(principal, confirmed.action, confirmed.confirmation)
    if (!by.ok) return by
    const moved = { usdtMicro: found.highestMicro, units: found.units }
    const limits = await lockCounters(tx, agentCharges(agentId, moved, nowMs))
    const approval = await lockedAgain(tx, approvalId)
    if (approval.state === 'granted' || approval.state === 'used') return ok(approval)
    const open = isOpen(approval, nowMs)
    if (!open.ok) return open
    if (shown.eventHash !== approval.eventHash || shown.highestMicro !== approval.highestMicro)
      return refuse(
        'precondition_failed',
        'That is not the event of this approval. Read it again before you approve it.',
      )
    const mandate = mandateOf((await deps.authenticator(tx).agents([agentId])).get(agentId), nowMs)
    if (!mandate.ok) return mandate
    const charges = agentCharges(agentId, moved, nowMs, mandate.value)
    const charged = limits.charge(charges)
    if (!charged.ok) return charged
    await writeCounters(tx, limits)
    const kept = charges.map(({ keyId, windowName, units }) => ({ keyId, windowName, units }))
    const decided = { by: actorOf(principal), confirmedBy: by.value.by, charges: kept, nowMs }
    await decideApproval(tx, approvalId, { state: 'granted', ...decided })
    return ok({ ...approval, state: 'granted', charges: kept })
  })
}

/** Denies an approval, also one that was granted and not used: what was charged is given back. */
export async function denyApproval(deps: ApprovalDeps, { principal, agentId, approvalId }: Asked): Answer {
  return await deps.database.transaction(async (tx): Answer => {
    const nowMs = deps.clock.now()
    const found = await findApproval(tx, agentId, approvalId)
    if (found?.owner !== principal.onliId) return refuse('not_found', none)
    const limits = await lockCounters(tx, [{ keyId: agentId, windowName: lockName, units: 0n }, ...found.charges])
    const approval = await lockedAgain(tx, approvalId)
    if (approval.state === 'denied') return ok(approval)
    const open = approval.state === 'granted' ? ok(true as const) : isOpen(approval, nowMs)
    if (!open.ok) return open
    // Its buckets were not locked with the others.
    if (found.state !== approval.state)
      return refuse('service_unavailable', 'The approval was granted at this moment. Send the request again.')
    limits.giveBack(approval.charges)
    await writeCounters(tx, limits)
    const decided = { by: actorOf(principal), confirmedBy: undefined, charges: [], nowMs }
    await decideApproval(tx, approvalId, { state: 'denied', ...decided })
    return ok({ ...approval, state: 'denied', charges: [] })
  })
}

/** Ends approvals whose time is over, and gives back what those that were not used were charged. */
export async function expireApprovals(deps: Pick<CashierDeps, 'database' | 'clock'>): Promise<void> {
  const nowMs = deps.clock.now()
  for (const { approvalId, charges, agentId } of await expiredApprovals(deps.database, nowMs, 100)) {
    await deps.database.transaction(async (tx) => {
      const limits = await lockCounters(tx, [{ keyId: agentId, windowName: lockName, units: 0n }, ...charges])
      const approval = await lockedAgain(tx, approvalId)
      if (approval.state !== 'undecided' && approval.state !== 'granted') return
      limits.giveBack(approval.charges)
      await writeCounters(tx, limits)
      await setApprovals(tx, [approvalId], 'expired')
    })
  }
}

async function lockedAgain(tx: Sql, approvalId: string): Promise<Approval> {
  const approval = (await lockApprovals(tx, [approvalId])).get(approvalId)
  assert(approval !== undefined, 'approvals are never deleted')
  return approval
}

function isOpen({ state, expiresAtMs }: Approval, nowMs: number): Result<true, AccessRefusal> {
  if (state !== 'undecided') return refuse('precondition_failed', `The approval is ${state}.`)
  if (expiresAtMs <= nowMs) return refuse('precondition_failed', 'The approval has expired.')
  return ok(true)
}
