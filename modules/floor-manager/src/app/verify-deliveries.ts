import type { Dossier, MoveOutcome, StateBodies } from '@species/contracts'
import { type DueRow, type Message, type Outgoing, about, createDeadLetters, step, workOnDue } from '@species/bus'
import {
  type VerificationRow,
  dueJob,
  readVerifications,
  storeVerifications,
  takeDueVerifications,
} from '../adapters/verification-rows.ts'
import { type Verification, verify } from '../domain/verify.ts'
import type { FloorManagerDeps } from './deps.ts'

interface Open {
  readonly eventKey: string
  readonly trace: string
  readonly dossier: StateBodies['delivered']
  readonly checks: number
  readonly untilMs: number
}

const leaseMs = 20_000
const firstPauseMs = 250
const longestPauseMs = 15_000
const maxPerRun = 200

/** Asks the oracle about delivered events. Asking moves nothing, so it needs no record before the call. */
export async function verifyDeliveries(
  deps: FloorManagerDeps,
  batch: readonly Message<'delivered'>[],
): Promise<Outgoing[]> {
  const known = await readVerifications(
    deps.database,
    batch.map((message) => message.key),
  )
  const nowMs = deps.clock.now()
  const open = await Promise.all(
    batch
      .filter((message) => !known.has(message.key))
      .map(async (message): Promise<Open> => {
        const config = await deps.config.at(message.body.configVersion)
        return {
          eventKey: message.key,
          trace: message.trace,
          dossier: message.body,
          checks: 0,
          untilMs: nowMs + config.deadlines.unknownMs,
        }
      }),
  )
  const outgoing = await askOracle(deps, open)
  return [...outgoing, ...batch.flatMap((message) => answer(message.body, message.trace, known.get(message.key)))]
}

/** Asks again where the oracle gave no answer. */
export async function verifyDue(deps: FloorManagerDeps): Promise<void> {
  const due = await takeDueVerifications(deps.database, deps.clock.now(), leaseMs, maxPerRun)
  const context = { deadLetters: createDeadLetters(deps.database, deps.clock), log: deps.log }
  const job = { name: dueJob, letterOf: (row: DueRow<VerificationRow>) => row }
  // Asking moves nothing, so all of it can be done again in halves.
  await workOnDue(context, job, due, async (rows) => {
    const open = rows.flatMap((one): Open[] => {
      const row = one.read()
      return row.dossier === undefined ? [] : [{ ...row, dossier: row.dossier as StateBodies['delivered'] }]
    })
    const outgoing = await askOracle(deps, open)
    if (outgoing.length > 0) await deps.bus.publish(outgoing)
  })
}

async function askOracle(deps: FloorManagerDeps, open: readonly Open[]): Promise<Outgoing[]> {
  if (open.length === 0) return []
  const outcomes = await deps.onli.verify(
    open.map(({ eventKey, dossier }) => ({ key: eventKey, operationId: dossier.delivery.operationId })),
  )
  const nowMs = deps.clock.now()
  const rows = open.map((one, index) => {
    const outcome: MoveOutcome = outcomes[index] ?? { kind: 'unknown', reason: 'the oracle left the item out' }
    return rowOf(one, verify(one.dossier, outcome, giveUpAtMs(one), nowMs), nowMs)
  })
  const stored = await storeVerifications(deps.database, rows)
  return open.flatMap((one, index) => {
    const row = rows[index]
    // Who lost the race says nothing: the winner publishes.
    return row && stored.has(one.eventKey) ? messagesOf(one, row) : []
  })
}

/** After an outage of ours the first answers may be late by themselves: the oracle is asked a few times before a person is. */
const fewestAsks = 4

function giveUpAtMs({ checks, untilMs }: Open): number {
  return checks + 1 < fewestAsks ? Infinity : untilMs
}

function rowOf(open: Open, verification: Verification, nowMs: number): VerificationRow {
  const { eventKey, trace, untilMs, dossier } = open
  const base = {
    eventKey,
    trace,
    untilMs,
    checks: open.checks + 1,
    decidedAtMs: nowMs,
    oracle: undefined,
    dossier: undefined,
    reason: undefined,
    dueAtMs: undefined,
  }
  switch (verification.kind) {
    case 'confirmed':
      return { ...base, outcome: 'confirmed', oracle: verification.oracle }
    case 'waiting': {
      const pauseMs = Math.min(firstPauseMs * 2 ** Math.min(open.checks, 10), longestPauseMs)
      return { ...base, outcome: 'waiting', dossier, reason: verification.reason, dueAtMs: nowMs + pauseMs }
    }
    case 'review':
      return { ...base, outcome: 'review', dossier, reason: verification.reason }
  }
}

function messagesOf(open: Open, row: VerificationRow): Outgoing[] {
  if (row.outcome === 'waiting') {
    const { owner, eventId } = open.dossier
    if (open.checks > 0) return []
    return [
      about(
        'waiting',
        open,
        { key: open.eventKey, partitionKey: owner },
        {
          eventKey: open.eventKey,
          owner,
          eventId,
          by: 'floor-manager',
          reason: 'the oracle’s answer',
          untilMs: open.untilMs,
        },
      ),
    ]
  }
  return answer(open.dossier, open.trace, row)
}

/** What a stored verification says, again or for the first time. */
function answer(dossier: StateBodies['delivered'], trace: string, row: VerificationRow | undefined): Outgoing[] {
  if (row?.outcome === 'confirmed' && row.oracle) {
    return [
      step(
        'confirmed',
        { trace },
        { ...dossier, oracle: row.oracle, times: { ...dossier.times, confirmed: row.decidedAtMs } },
      ),
    ]
  }
  if (row?.outcome === 'review') return [reviewNotice(dossier, trace, row.reason ?? '')]
  return []
}

function reviewNotice(
  dossier: Dossier & Pick<StateBodies['delivered'], 'delivery'>,
  trace: string,
  reason: string,
): Outgoing {
  const { operationId, fromVault, toVault, units } = dossier.delivery
  return about(
    'review',
    { trace },
    { key: dossier.eventKey, partitionKey: dossier.owner },
    {
      eventKey: dossier.eventKey,
      by: 'floor-manager',
      reason,
      facts: { operationId, fromVault, toVault, units: units.toString() },
      dossier,
    },
  )
}
