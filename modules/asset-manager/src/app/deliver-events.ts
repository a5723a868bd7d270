import type { EventRefusal, UserStanding } from '@species/contracts'
import { assert } from '@species/kernel'
import type { Message, Outgoing } from '@species/bus'
import { fromStored, refuse } from '@species/flow'
import { type DeliveryRow, completeAttempts, insertDeliveries, readDeliveries } from '../adapters/delivery-rows.ts'
import { moveOf } from '../domain/move.ts'
import type { AssetManagerDeps } from './deps.ts'
import { stillMine, takeLease } from './lease.ts'
import { type OpenRow, delivered, settleOutcomes, undecided } from './settle-outcome.ts'

type Funded = Message<'funded'>

/**
 * Records the attempts of a batch, commits, then asks Onli Cloud once for all of them, then records the answers. An event
 * whose row is there already is never asked for here again: its stored outcome is published, or the due check has it, which
 * from here on knows its dossier if whoever made the attempt died over it.
 */
export async function deliverEvents(deps: AssetManagerDeps, batch: readonly Funded[]): Promise<Outgoing[]> {
  const [known, standings] = await Promise.all([
    readDeliveries(
      deps.database,
      batch.map((message) => message.key),
      false,
    ),
    standingsOf(deps, batch),
  ])
  const fresh = batch.filter((message) => !known.has(message.key))
  await completeAttempts(deps.database, batch.filter((message) => isIncomplete(known.get(message.key))).map(bodyOf))
  const stopped = fresh.filter((message) => isStopped(message, standings))
  const attempts = await planAttempts(
    deps,
    fresh.filter((message) => !isStopped(message, standings)),
    standings,
  )
  const lease = takeLease(deps.clock)
  const first = await insertDeliveries(deps.database, attempts, lease.endsAtMs)
  const inserted = attempts.filter((row) => first.has(row.eventKey))
  const mine = await stillMine(deps, inserted, lease)
  const outgoing =
    mine.length === 0
      ? []
      : await settleOutcomes(deps, mine, 'move', await deps.onli.move(mine.map((row) => row.request)))
  return [
    ...outgoing,
    ...stopped.map((message) => suspended(message, deps.clock.now())),
    ...batch.flatMap((message) => answer(message, known.get(message.key))),
  ]
}

function isIncomplete(row: DeliveryRow | undefined): boolean {
  return row?.outcome === 'attempted' && row.dossier === undefined
}

function bodyOf(message: Funded): Funded['body'] {
  return message.body
}

type Standings = ReadonlyMap<string, UserStanding>

async function standingsOf(deps: AssetManagerDeps, messages: readonly Funded[]): Promise<Standings> {
  const parties = messages.flatMap(({ body }) => [body.event.from, body.event.to ?? []].flat())
  return await deps.authenticator.standings([...new Set(parties)])
}

/** A user who was suspended since the hold: nothing was tried yet, so nothing is. */
function isStopped({ body }: Funded, standings: Standings): boolean {
  return body.event.lapsed !== true && standings.get(body.event.from)?.status !== 'active'
}

/** Asks for the road back; if an attempt is recorded meanwhile after all, that is dropped like any other refusal. */
function suspended(message: Funded, nowMs: number): Outgoing {
  const { body } = message
  const refusal: EventRefusal = {
    code: 'user_suspended',
    detail: `${body.event.from} was suspended before anything was delivered.`,
    by: 'asset-manager',
  }
  return refuse(message, body, refusal, nowMs)
}

async function planAttempts(
  deps: AssetManagerDeps,
  messages: readonly Funded[],
  standings: Standings,
): Promise<OpenRow[]> {
  const nowMs = deps.clock.now()
  const vaultOf = (onliId: string): string => {
    const vault = standings.get(onliId)?.vaultId
    assert(vault !== undefined, `${onliId} has a vault`)
    return vault
  }
  return await Promise.all(
    messages.map(async (message): Promise<OpenRow> => {
      const config = await deps.config.at(message.body.configVersion)
      return {
        eventKey: message.key,
        outcome: 'attempted',
        request: moveOf(message.body, config, vaultOf, nowMs),
        operationId: undefined,
        dossier: message.body,
        trace: message.trace,
        reason: undefined,
        checks: 0,
        untilMs: nowMs + config.deadlines.unknownMs,
        decidedAtMs: nowMs,
        sent: false,
      }
    }),
  )
}

function answer(message: Funded, row: DeliveryRow | undefined): Outgoing[] {
  if (!row) return []
  switch (row.outcome) {
    case 'delivered':
      return [delivered({ ...row, trace: message.trace }, message.body, row.operationId ?? '', row.decidedAtMs)]
    case 'cancelled':
      return fromStored('cancelled', message, row.dossier)
    case 'review':
      return row.request === undefined
        ? []
        : [undecided({ ...row, request: row.request, dossier: message.body, trace: message.trace }, row.reason ?? '')]
    case 'attempted':
    case 'waiting':
      return []
  }
}
