import type { StateBodies } from '@species/contracts'
import { type Message, type Outgoing, step } from '@species/bus'
import { type DeliveryRow, cancelByOperator, insertDeliveries, readDeliveries } from '../adapters/delivery-rows.ts'
import { cancelledAgain } from './deliver-events.ts'
import type { AssetManagerDeps } from './deps.ts'

type Refused = Message<'refused'>

/**
 * The first step of the road back. An event nobody tried to deliver is cancelled, and its row stops a delivery that would
 * come later. Once an attempt is recorded a refusal from elsewhere is only a wish: it is dropped, except where an operator
 * has decided.
 */
export async function cancelEvents(deps: AssetManagerDeps, batch: readonly Refused[]): Promise<Outgoing[]> {
  await withdrawFirst(deps, batch.filter(isOperators))
  const nowMs = deps.clock.now()
  const fresh = batch.map((message): DeliveryRow => ({
    eventKey: message.key,
    outcome: 'cancelled',
    request: undefined,
    operationId: undefined,
    dossier: cancelled(message, nowMs),
    trace: message.trace,
    reason: undefined,
    checks: 0,
    untilMs: 0,
    decidedAtMs: nowMs,
    sent: false,
  }))
  return await deps.database.transaction(async (tx) => {
    const first = await insertDeliveries(tx, fresh, undefined)
    const rows = await readDeliveries(
      tx,
      batch.map((message) => message.key),
      true,
    )
    const outgoing: Outgoing[] = []
    for (const message of batch) {
      const row = rows.get(message.key)
      if (!row) continue
      if (first.has(message.key) || row.outcome === 'cancelled') outgoing.push(...cancelledAgain(message, row))
      else if (isOperators(message)) {
        const dossier = cancelled(message, nowMs)
        await cancelByOperator(tx, message.key, dossier, nowMs)
        outgoing.push(step('cancelled', message, dossier))
      } else
        deps.log.info(
          { eventKey: message.key, code: message.body.refusal.code },
          'a refusal came after the delivery attempt and is dropped',
        )
    }
    return outgoing
  })
}

function cancelled(message: Refused, nowMs: number): StateBodies['cancelled'] {
  return { ...message.body, times: { ...message.body.times, cancelled: nowMs } }
}

function isOperators({ body }: Refused): boolean {
  return body.refusal.code === 'refused_by_operator' && body.refusal.by === 'floor-manager'
}

/**
 * Before an operator's no takes effect the partner is asked to withdraw the move: an owner who still could consent to it would
 * otherwise move units whose hold was given back. What the partner answers is logged; the decision is the operator's.
 */
async function withdrawFirst(deps: AssetManagerDeps, messages: readonly Refused[]): Promise<void> {
  if (messages.length === 0) return
  const rows = await readDeliveries(
    deps.database,
    messages.map((message) => message.key),
    false,
  )
  const open = [...rows.values()].filter((row) => row.request !== undefined && row.outcome !== 'cancelled')
  if (open.length === 0) return
  const outcomes = await deps.onli.cancel(
    open.map((row) => ({
      key: row.eventKey,
      ...(row.operationId === undefined ? {} : { operationId: row.operationId }),
    })),
  )
  open.forEach((row, index) => {
    const outcome = outcomes[index]
    if (outcome?.kind === 'no') return
    deps.log.error(
      { eventKey: row.eventKey, answer: outcome?.kind },
      'an operator refused a move that Onli Cloud does not say is withdrawn: compare the vaults',
    )
  })
}
