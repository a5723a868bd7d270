import type { MoveOutcome, StateBodies } from '@species/contracts'
import { type Message, type Outgoing, createDeadLetters } from '@species/bus'
import { type DueRow, advance, decideWith, review, wait, workOnDue } from '@species/flow'
import {
  type VerificationRow,
  dueJob,
  readVerifications,
  storeVerifications,
  takeDueVerifications,
} from '../adapters/verification-rows.ts'
import { type OpenVerification, verificationOf } from '../domain/verify.ts'
import type { FloorManagerDeps } from './deps.ts'

interface Open extends OpenVerification {
  readonly eventKey: string
  readonly trace: string
}

const leaseMs = 20_000
const maxPerRun = 200

/** Asks the oracle about delivered events. Asking moves nothing, so it needs no record before the call. */
export async function verifyDeliveries(
  deps: FloorManagerDeps,
  batch: readonly Message<'delivered'>[],
): Promise<Outgoing[]> {
  const nowMs = deps.clock.now()
  return await decideWith(deps.database, batch, {
    read: readVerifications,
    decide: async (_, fresh) => {
      const open = await Promise.all(fresh.map((message) => unasked(deps, message, nowMs)))
      return (await askOracle(deps, open)).map(({ row }) => row)
    },
    answer: ({ body, trace }, row, isNew) => answer(body, trace, row, isNew),
  })
}

async function unasked(
  { config }: FloorManagerDeps,
  { key: eventKey, trace, body: dossier }: Message<'delivered'>,
  nowMs: number,
): Promise<Open> {
  const { deadlines } = await config.at(dossier.configVersion)
  return { eventKey, trace, dossier, checks: 0, untilMs: nowMs + deadlines.unknownMs }
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
    const asked = await askOracle(deps, open)
    const outgoing = asked.flatMap(({ one, row }) => answer(one.dossier, one.trace, row, one.checks === 0))
    if (outgoing.length > 0) await deps.bus.publish(outgoing)
  })
}

/** Asks, and stores what was answered. Of an event that another process decided meanwhile nothing is said: the winner publishes. */
async function askOracle(
  deps: FloorManagerDeps,
  open: readonly Open[],
): Promise<{ readonly one: Open; readonly row: VerificationRow }[]> {
  if (open.length === 0) return []
  const outcomes = await deps.onli.verify(
    open.map(({ eventKey, dossier }) => ({ key: eventKey, operationId: dossier.delivery.operationId })),
  )
  const nowMs = deps.clock.now()
  const asked = open.map((one, index) => {
    const outcome: MoveOutcome = outcomes[index] ?? { kind: 'unknown', reason: 'the oracle left the item out' }
    const { eventKey, trace, untilMs } = one
    return { one, row: { eventKey, trace, untilMs, decidedAtMs: nowMs, ...verificationOf(one, outcome, nowMs) } }
  })
  const stored = await storeVerifications(
    deps.database,
    asked.map(({ row }) => row),
  )
  return asked.filter(({ one }) => stored.has(one.eventKey))
}

/** What a stored verification says: that the event waits only once, the rest again and again. */
function answer(dossier: StateBodies['delivered'], trace: string, row: VerificationRow, isNew: boolean): Outgoing[] {
  const { oracle, reason = '', untilMs, decidedAtMs } = row
  const { operationId, fromVault, toVault, units } = dossier.delivery
  switch (row.outcome) {
    case 'confirmed':
      return oracle ? [advance('confirmed', { trace }, dossier, { oracle }, decidedAtMs)] : []
    case 'waiting':
      return isNew ? [wait({ trace }, dossier, { by: 'floor-manager', reason: 'the oracle’s answer', untilMs })] : []
    case 'review': {
      const facts = { operationId, fromVault, toVault, units: units.toString() }
      return [review({ trace }, dossier, { by: 'floor-manager', reason, facts })]
    }
  }
}
