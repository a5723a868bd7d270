import type { EventRefusal, StateBodies } from '@species/contracts'
import { type Message, type Outgoing, about } from '@species/bus'
import { advance, refuse } from '@species/flow'
import { type ReviewRow, decideReview, findReview, openReview } from '../adapters/review-rows.ts'
import type { FloorManagerDeps } from './deps.ts'

/** Opens reviews. One that was decided answers with its decision again, so that a replay goes the same way. */
export async function openReviews(deps: FloorManagerDeps, batch: readonly Message<'review'>[]): Promise<Outgoing[]> {
  const outgoing: Outgoing[] = []
  for (const message of batch) {
    const { eventKey, by, reason, facts, dossier } = message.body
    const row = await openReview(deps.database, {
      eventKey,
      raisedBy: by,
      reason,
      facts,
      dossier,
      trace: message.trace,
      openedAtMs: deps.clock.now(),
    })
    deps.log.error(
      { eventKey, by, reason, facts, trace: message.trace },
      'event needs a person: see `species review list`',
    )
    if (row?.decision) outgoing.push(...decided(row))
  }
  return outgoing
}

export type Decision = { readonly decision: 'confirm' | 'refuse'; readonly reason: string; readonly operator: string }

/**
 * An operator decides, once, with a reason. The same decision again sends the event on its way again, with the first reason: what
 * was said of it may have been lost. Undefined: no review of that event, or one that was decided otherwise. 'unreadable': this version
 * cannot read the event, so nothing is decided.
 */
export async function decide(
  deps: FloorManagerDeps,
  eventKey: string,
  by: Decision,
): Promise<ReviewRow | 'unreadable' | undefined> {
  const before = await findReview(deps.database, eventKey)
  if (before === 'unreadable') return before
  if (!before || (before.decision !== undefined && before.decision !== by.decision)) return undefined
  if (before.decision !== undefined) {
    await deps.bus.publish(decided(before))
    return before
  }
  const row = await decideReview(deps.database, eventKey, { ...by, nowMs: deps.clock.now() })
  if (!row) return undefined
  deps.log.info({ eventKey, ...by }, 'a review was decided')
  await deps.bus.publish(decided(row))
  return row
}

/** What a decision sets going: the event is confirmed on the operator's word, or the road back begins. */
function decided(row: ReviewRow): Outgoing[] {
  const { eventKey, dossier, decision, decisionReason: said = '', decidedAtMs = 0 } = row
  if (decision === undefined) return []
  const notice = about(
    'review.decided',
    row,
    { key: eventKey, partitionKey: dossier.owner },
    { eventKey, decision, reason: said },
  )
  if (decision === 'refuse') {
    const refusal: EventRefusal = { code: 'refused_by_operator', detail: said, by: 'floor-manager' }
    return [notice, refuse(row, dossier, refusal, decidedAtMs)]
  }
  // Of a payment, nothing is delivered yet: the validator hears the notice, and the event goes on by itself.
  if (row.raisedBy === 'validator') return [notice]
  const delivered = dossier as StateBodies['delivered']
  const { operationId, toVault, units } = delivered.delivery
  const oracle = { operationId, ownerVault: toVault, units, wordOf: 'operator' as const, reason: said }
  const times = { ...delivered.times, delivered: delivered.times.delivered ?? decidedAtMs }
  return [notice, advance('confirmed', row, { ...delivered, times }, { oracle }, decidedAtMs)]
}
