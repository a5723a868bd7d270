import type { Dossier } from '@species/contracts'
import type { Message, Outgoing } from '@species/bus'
import type { Sql } from '@species/database'
import { fromStored, decideOnce, reach } from '@species/flow'
import { type DeliveryRow, cancelByOperator, insertDeliveries, readDeliveries } from '../adapters/delivery-rows.ts'
import type { AssetManagerDeps } from './deps.ts'

type Refused = Message<'refused'>

/**
 * The first step of the road back. An event without an attempt to deliver it is cancelled, and its row stops a delivery that would
 * come later. Once an attempt is recorded a refusal from elsewhere is only a wish: it is dropped, except where an operator
 * has decided.
 */
export async function cancelEvents(deps: AssetManagerDeps, batch: readonly Refused[]): Promise<Outgoing[]> {
  await withdrawFirst(deps, batch.filter(isOperators))
  const nowMs = deps.clock.now()
  return await decideOnce(deps.database, batch, {
    read: (tx, keys) => readDeliveries(tx, keys, true),
    isOpen: (row, message) => isOperators(message) && row.outcome !== 'cancelled',
    decide: async (tx, fresh, { rows }) => await cancelFresh(tx, fresh, rows, nowMs),
    answer: (message, row) => {
      if (row.outcome === 'cancelled') return fromStored('cancelled', message, row.dossier)
      const { code } = message.body.refusal
      deps.log.info({ eventKey: message.key, code }, 'a refusal came after the delivery attempt and is dropped')
      return []
    },
  })
}

/** Where another process stored a row of the event meanwhile, that row stands, unless an operator decides against it. */
async function cancelFresh(
  tx: Sql,
  fresh: readonly Refused[],
  rows: ReadonlyMap<string, DeliveryRow>,
  nowMs: number,
): Promise<DeliveryRow[]> {
  const unseen = fresh.filter((message) => !rows.has(message.key))
  const first = await insertDeliveries(
    tx,
    unseen.map((message) => cancelledRow(message, undefined, nowMs)),
    undefined,
  )
  const late = unseen.filter((message) => !first.has(message.key)).map((message) => message.key)
  const theirs = late.length === 0 ? new Map<string, DeliveryRow>() : await readDeliveries(tx, late, true)
  const stored: DeliveryRow[] = []
  for (const message of fresh) {
    const before = rows.get(message.key) ?? theirs.get(message.key)
    const row = cancelledRow(message, before, nowMs)
    const overrides = before !== undefined && before.outcome !== 'cancelled' && isOperators(message)
    if (overrides) await cancelByOperator(tx, row.eventKey, row.dossier, nowMs)
    stored.push(before === undefined || overrides ? row : before)
  }
  return stored
}

function cancelledRow(
  message: Refused,
  before: DeliveryRow | undefined,
  nowMs: number,
): DeliveryRow & { readonly dossier: Dossier } {
  const dossier = reach('cancelled', message.body, {}, nowMs)
  const first = { request: undefined, operationId: undefined, reason: undefined, checks: 0, untilMs: 0, sent: false }
  const { key: eventKey, trace } = message
  return { ...first, ...before, eventKey, trace, outcome: 'cancelled', dossier, decidedAtMs: nowMs }
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
