import type { MoveOutcome, OperationRef } from '@species/contracts'
import { createDeadLetters } from '@species/bus'
import { type StoredLetter, readDue, workOnDue } from '@species/flow'
import { SpanKind, traced } from '@species/platform'
import { dueJob, makeAllDue, rewriteRequests, takeDue } from '../adapters/delivery-rows.ts'
import { nextQuestion } from '../domain/judge.ts'
import { consentUntilMs } from '../domain/move.ts'
import type { AssetManagerDeps } from './deps.ts'
import { stillMine, takeLease } from './lease.ts'
import { type OpenRow, openDelivery, settleOutcomes } from './settle-outcome.ts'

const maxPerRun = 200

/** Asks again for open deliveries that are due: by operation id, by key, or by sending the same key again where that is safe. */
export async function checkDue(deps: AssetManagerDeps): Promise<number> {
  const nowMs = deps.clock.now()
  const lease = takeLease(deps.clock)
  const context = { deadLetters: createDeadLetters(deps.database, deps.clock), log: deps.log }
  const taken = await takeDue(deps.database, nowMs, lease.endsAtMs, maxPerRun)
  const due = (await readDue(context, dueJob, taken)).filter(
    (row): row is OpenRow => row.request !== undefined && row.dossier !== undefined,
  )
  const asked = { verify: [] as OpenRow[], move: [] as OpenRow[], cancel: [] as OpenRow[] }
  for (const row of due) {
    asked[nextQuestion(openDelivery(row), deps.onli.honoursIdempotencyKeys, nowMs)].push(row)
  }
  const ask: Record<keyof typeof asked, (rows: readonly OpenRow[]) => Promise<MoveOutcome[]>> = {
    verify: (rows) => deps.onli.verify(rows.map(refOf)),
    cancel: (rows) => deps.onli.cancel(rows.map(refOf)),
    move: (rows) => deps.onli.move(rows.map((row) => row.request)),
  }
  for (const question of ['verify', 'move', 'cancel'] as const) {
    const mine = await stillMine(deps, asked[question], lease)
    const rows =
      question === 'move' ? (await workOnDue(context, job, mine, (some) => withTimeToConsent(deps, some))).flat() : mine
    if (rows.length === 0) continue
    const answers = await traced(`ask ${question}`, SpanKind.INTERNAL, rows, () => ask[question](rows))
    const answered = rows.map((row, index): Answered => ({ row, outcome: answers[index] }))
    // Only what becomes of the answers is done in halves: no question is asked twice.
    await workOnDue(context, answeredJob, answered, async (some) => {
      const outgoing = await settleOutcomes(
        deps,
        some.map(({ row }) => row),
        question,
        some.map(({ outcome }) => outcome),
      )
      if (outgoing.length > 0) await deps.bus.publish(outgoing)
    })
  }
  return taken.length
}

const letterOf = (row: OpenRow): StoredLetter => ({
  topic: 'funded',
  key: row.eventKey,
  trace: row.trace,
  body: row.dossier,
})
const job = { name: dueJob, letterOf }

interface Answered {
  readonly row: OpenRow
  readonly outcome: MoveOutcome | undefined
}
const answeredJob = { name: dueJob, letterOf: ({ row }: Answered) => letterOf(row) }

/**
 * What a breaker held back is sent for the first time now, and its owner gets as long to consent as anybody: the time that was set at
 * the attempt may be over. Stored before the call, so that whatever is asked later is asked of the same move.
 */
async function withTimeToConsent(deps: AssetManagerDeps, rows: readonly OpenRow[]): Promise<readonly OpenRow[]> {
  const nowMs = deps.clock.now()
  const renewed = await Promise.all(
    rows.map(async (row): Promise<OpenRow> => {
      if (row.sent || row.request.kind !== 'change_owner') return row
      const config = await deps.config.at(row.dossier.configVersion)
      return { ...row, request: { ...row.request, consentUntilMs: consentUntilMs(row.dossier, config, nowMs) } }
    }),
  )
  await rewriteRequests(
    deps.database,
    renewed.filter((row, index) => row !== rows[index]),
  )
  return renewed
}

/** Where no other process can be at work, no lease is respected: all open deliveries are asked for now. */
export async function takeOver(deps: AssetManagerDeps): Promise<void> {
  await makeAllDue(deps.database, deps.clock.now())
}

function refOf(row: OpenRow): OperationRef {
  return { key: row.request.key, ...(row.operationId === undefined ? {} : { operationId: row.operationId }) }
}
