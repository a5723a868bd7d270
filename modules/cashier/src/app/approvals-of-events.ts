import { hash } from 'node:crypto'
import { type Dossier, canonicalEvent } from '@species/contracts'
import { Fault } from '@species/kernel'
import type { Sql } from '@species/database'
import { findByHashes, lockApprovals } from '../adapters/approval-rows.ts'
import type { Approval } from '../domain/approval.ts'

/** The approvals that were asked for these events, by event key: unlocked, so that their buckets are known before counters are locked. */
export async function approvalsOfEvents(sql: Sql, dossiers: readonly Dossier[]): Promise<Map<string, Approval>> {
  const asked = dossiers.flatMap(({ limits, event, eventKey }) =>
    limits?.agent === undefined
      ? []
      : [{ agentId: limits.agent, eventKey, eventHash: hash('sha256', canonicalEvent(event), 'base64url') }],
  )
  if (asked.length === 0) return new Map()
  const found = await findByHashes(
    sql,
    [...new Set(asked.map(({ agentId }) => agentId))],
    asked.map(({ eventHash }) => eventHash),
  )
  return new Map(
    asked.flatMap(({ agentId, eventKey, eventHash }) => {
      const approval = found.find((one) => one.agentId === agentId && one.eventHash === eventHash)
      return approval ? [[eventKey, approval] as const] : []
    }),
  )
}

/**
 * The same approvals, locked and as they stand, by event key; asked once the counters of their agents are locked. Throws a retryable Fault
 * where one was granted meanwhile: its buckets are not locked.
 */
export async function lockedApprovals(tx: Sql, found: ReadonlyMap<string, Approval>): Promise<Map<string, Approval>> {
  const locked = await lockApprovals(
    tx,
    [...found.values()].map(({ approvalId }) => approvalId),
  )
  return new Map(
    [...found].map(([eventKey, { approvalId, state }]) => {
      const now = locked.get(approvalId)
      if (now === undefined || (now.state === 'granted' && state !== 'granted'))
        throw new Fault('decided_elsewhere', {
          retryable: true,
          publicMessage: 'The event was approved at this moment.',
        })
      return [eventKey, now]
    }),
  )
}
