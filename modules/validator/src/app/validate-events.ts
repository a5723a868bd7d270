import { type StateBodies, haltedMs } from '@species/contracts'
import { type DueRow, type Message, type Outgoing, createDeadLetters, step, workOnDue } from '@species/runtime'
import { type VerdictRow, dueJob, readVerdicts, takeDueVerdicts } from '../adapters/verdict-rows.ts'
import type { ValidatorDeps } from './deps.ts'
import { type ProofRequest, prove } from './prove.ts'
import { type Asked, answer, recordVerdicts } from './record-verdicts.ts'

type Classified = Message<'classified'>

const firstTime: Asked['before'] = { checks: 0, watched: false, approved: false }
/** A batch is not held up by a slow chain: what takes longer waits by itself. */
const budgetMs = 2_000
const leaseMs = 30_000
const maxPerRun = 50

/** Proves the payments of a batch. Events that take no payment from a chain pass: there is nothing to store of them. */
export async function validateEvents(deps: ValidatorDeps, batch: readonly Classified[]): Promise<Outgoing[]> {
  const onChain = batch.filter((message) => message.body.event.payWith?.source === 'chain')
  const known = await readVerdicts(
    deps.database,
    onChain.map((message) => message.key),
    false,
  )
  const asked = await Promise.all(
    onChain
      .filter((message) => !known.has(message.key))
      .map((message) => ask(deps, message.body, message.trace, firstTime, budgetMs)),
  )
  const outgoing = await recordVerdicts(deps, asked)
  const nowMs = deps.clock.now()
  return [
    ...outgoing,
    ...batch.flatMap((message) => {
      const row = known.get(message.key)
      if (row) return answer(message.body, message.trace, row)
      return message.body.event.payWith?.source === 'chain' ? [] : [pass(message, nowMs)]
    }),
  ]
}

function pass(message: Classified, nowMs: number): Outgoing {
  const { body } = message
  const source = body.event.payWith === undefined ? 'none' : 'credit'
  // There is no row of it, and a replay must say the same.
  const atMs = body.times.classified ?? body.times.accepted ?? nowMs
  return step('validated', message, {
    ...body,
    payment: { source, claims: [] },
    times: { ...body.times, validated: atMs },
  })
}

/** Asks again for payments that were not final or not answered for, and watches those whose events were refused meanwhile. */
export async function checkDue(deps: ValidatorDeps): Promise<void> {
  const due = await takeDueVerdicts(deps.database, deps.clock.now(), leaseMs, maxPerRun)
  const context = { deadLetters: createDeadLetters(deps.database, deps.clock), log: deps.log }
  const job = { name: dueJob, letterOf: (row: DueRow<VerdictRow>) => row }
  // Each by itself: none waits for the chain of another.
  await Promise.all(
    due.map((one) =>
      workOnDue(context, job, [one], async () => {
        await checkAgain(deps, one.read())
      }),
    ),
  )
}

async function checkAgain(deps: ValidatorDeps, row: VerdictRow): Promise<void> {
  if (!row.dossier) return
  const dossier = { ...row.dossier, ...(row.refusal ? { refusal: row.refusal } : {}) } as StateBodies['classified']
  const before = { checks: row.checks, watched: row.outcome === 'refused', approved: row.approved }
  const outgoing = await recordVerdicts(deps, [await ask(deps, dossier, row.trace, before, undefined)])
  if (outgoing.length > 0) await deps.bus.publish(outgoing)
}

async function ask(
  deps: ValidatorDeps,
  dossier: StateBodies['classified'],
  trace: string,
  before: Asked['before'],
  budget: number | undefined,
): Promise<Asked> {
  const config = await deps.config.at(dossier.configVersion)
  const { payWith, from } = dossier.event
  const nowMs = deps.clock.now()
  const chain = payWith?.chain ?? 'ETH'
  const history = await deps.config.chainHistory()
  const stoodStillMs = haltedMs(history, chain, dossier.times.accepted ?? nowMs, nowMs)
  const request: ProofRequest = {
    chain,
    proof: payWith?.proof ?? '',
    logIndex: payWith?.logIndex,
    payer: from,
    pinned: { version: dossier.configVersion, config },
    vouched: false,
    approved: before.approved,
    ...(budget === undefined ? {} : { budgetMs: budget }),
  }
  return { dossier, trace, config, proof: await prove(deps, request), stoodStillMs, before }
}
