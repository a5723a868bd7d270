import type { Dossier, EventRefusal, MoveOutcome, StateBodies } from '@species/contracts'
import { assert, backOffMs } from '@species/kernel'
import type { Outgoing } from '@species/bus'
import { advance, fromStored, reach, review, wait } from '@species/flow'
import { type DeliveryChange, type DeliveryRow, recordOutcomes } from '../adapters/delivery-rows.ts'
import { type Judgement, type OpenDelivery, type Question, judge } from '../domain/judge.ts'
import { deliveryOf } from '../domain/move.ts'
import type { AssetManagerDeps } from './deps.ts'

/** An open delivery: attempted or waiting, with what was asked and the message it goes on with. */
export type OpenRow = DeliveryRow & { request: NonNullable<DeliveryRow['request']>; dossier: Dossier }

const firstPauseMs = 500
const longestPauseMs = 15_000
/** While the partner is not called at all there is nothing to back off from. */
const notAskedPauseMs = 5_000

/** Judges the partner's answers to a question about open deliveries, records them, and gives the messages that follow. */
export async function settleOutcomes(
  deps: AssetManagerDeps,
  rows: readonly OpenRow[],
  question: Question,
  outcomes: readonly (MoveOutcome | undefined)[],
): Promise<Outgoing[]> {
  const nowMs = deps.clock.now()
  const judged = rows.map((row, index) => {
    const outcome: MoveOutcome = outcomes[index] ?? { kind: 'unknown', reason: 'the partner left the item out' }
    return {
      row,
      judgement: judge(openDelivery(row), outcome, nowMs),
      operationId: outcome.kind === 'yes' ? outcome.value.operationId : outcome.operationId,
      asked: outcome.notAsked !== true,
    }
  })
  const changes = judged.map(({ row, judgement, operationId, asked }): DeliveryChange => {
    const change = changeOf(row, judgement, operationId, nowMs)
    if (asked) return change
    const unsent = question === 'move' && !row.sent
    return { ...change, asked, unsent, ...(change.dueAtMs === undefined ? {} : { dueAtMs: nowMs + notAskedPauseMs }) }
  })
  const changed = await recordOutcomes(deps.database, changes)
  return judged.flatMap(({ row, judgement }) => (changed.has(row.eventKey) ? messagesOf(row, judgement, nowMs) : []))
}

/** What the judgement needs to know of a row. */
export function openDelivery(row: OpenRow): OpenDelivery {
  return {
    request: row.request,
    waiting: row.outcome === 'waiting',
    operationId: row.operationId,
    untilMs: row.untilMs,
    checks: row.checks,
    sent: row.sent,
  }
}

/** Nothing was recorded of it yet but the intention. */
function isFirst(row: OpenRow): boolean {
  return row.checks === 0 && row.reason === undefined
}

function changeOf(row: OpenRow, judgement: Judgement, operationId: string | undefined, nowMs: number): DeliveryChange {
  const base = {
    eventKey: row.eventKey,
    operationId,
    dossier: row.dossier,
    reason: undefined,
    dueAtMs: undefined,
    untilMs: undefined,
    nowMs,
    asked: true,
    unsent: false,
  }
  const nextMs = nowMs + backOffMs({ firstMs: firstPauseMs, longestMs: longestPauseMs }, row.checks)
  switch (judgement.kind) {
    case 'delivered':
      return { ...base, outcome: 'delivered', dossier: undefined }
    case 'cancelled':
      return {
        ...base,
        outcome: 'cancelled',
        dossier: cancelledDossier(row.dossier, judgement, nowMs),
        reason: judgement.detail,
      }
    case 'waiting': {
      const consentUntilMs = row.request.kind === 'change_owner' ? row.request.consentUntilMs : row.untilMs
      return { ...base, outcome: 'waiting', reason: 'the owner’s consent', dueAtMs: nextMs, untilMs: consentUntilMs }
    }
    case 'open':
      return { ...base, outcome: row.outcome, reason: judgement.reason, dueAtMs: nextMs }
    case 'review':
      return { ...base, outcome: 'review', reason: judgement.reason }
  }
}

function messagesOf(row: OpenRow, judgement: Judgement, nowMs: number): Outgoing[] {
  switch (judgement.kind) {
    case 'delivered':
      return [delivered(row, row.dossier, judgement.delivery.operationId, nowMs)]
    case 'cancelled':
      return fromStored('cancelled', row, cancelledDossier(row.dossier, judgement, nowMs))
    case 'waiting': {
      const untilMs = row.request.kind === 'change_owner' ? row.request.consentUntilMs : row.untilMs
      return row.outcome === 'waiting'
        ? []
        : [wait(row, row.dossier, { by: 'asset-manager', reason: 'the owner’s consent', untilMs })]
    }
    case 'open':
      return isFirst(row)
        ? [wait(row, row.dossier, { by: 'asset-manager', reason: 'Onli Cloud’s answer', untilMs: row.untilMs })]
        : []
    case 'review':
      return [undecided(row, judgement.reason)]
  }
}

/** The message of a delivery that is done, again or for the first time. */
export function delivered(row: DeliveryRow, dossier: Dossier, operationId: string, atMs: number): Outgoing {
  const { request } = row
  assert(request !== undefined, `the delivery of ${row.eventKey} has a request`)
  const delivery = deliveryOf(request, operationId)
  return advance('delivered', row, dossier as StateBodies['funded'], { delivery }, atMs)
}

/** Facts disagree, or stay unknown: the dossier already says what was to be delivered, so that a person can confirm it. */
export function undecided(row: OpenRow, reason: string): Outgoing {
  const delivery = deliveryOf(row.request, row.operationId ?? `unknown:${row.eventKey}`)
  const { operationId, fromVault, toVault, units } = delivery
  const facts = { toVault, fromVault, units: units.toString(), operationId }
  return review(row, { ...row.dossier, delivery }, { by: 'asset-manager', reason, facts })
}

function cancelledDossier(
  dossier: Dossier,
  why: Pick<EventRefusal, 'code' | 'detail'>,
  nowMs: number,
): StateBodies['cancelled'] {
  const refusal: EventRefusal = { code: why.code, detail: why.detail, by: 'asset-manager' }
  return reach('cancelled', dossier, { refusal }, nowMs)
}
