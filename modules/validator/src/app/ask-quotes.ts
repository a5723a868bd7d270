import type { QuotePayment, StateBodies } from '@species/contracts'
import { createDeadLetters } from '@species/bus'
import { readDue, workOnDue } from '@species/flow'
import { letterOf, quotedJob, takeDueQuoted } from '../adapters/due-rows.ts'
import type { VerdictRow } from '../adapters/verdict-rows.ts'
import type { ValidatorDeps } from './deps.ts'
import { type Proof, prove } from './prove.ts'
import { type Asked, recordVerdicts } from './record-verdicts.ts'

/** A process that dies leaves what it asked for to the next after this. */
const leaseMs = 15_000
const askedAtOnce = 8

/** Looks what came in for the quotes that events cite, and reads it again from its chain before it counts. */
export async function askQuotes(deps: ValidatorDeps): Promise<void> {
  const context = { deadLetters: createDeadLetters(deps.database, deps.clock), log: deps.log }
  const due = await takeDueQuoted(deps.database, { nowMs: deps.clock.now(), leaseMs })
  const rows = (await readDue(context, quotedJob, due)).values()
  const workThrough = async (): Promise<void> => {
    for (const row of rows)
      await workOnDue(context, { name: quotedJob, letterOf }, [row], async () => {
        const asked = await ask(deps, row)
        if (!asked) return
        const outgoing = await recordVerdicts(deps, [asked])
        // Recorded for good: the sweeper drives events whose messages are lost.
        await deps.bus.publish(outgoing).catch((error: unknown) => {
          deps.log.warn({ err: error }, 'verdicts wait for the sweeper: the bus did not take them')
        })
      })
  }
  await Promise.all(Array.from({ length: askedAtOnce }, workThrough))
}

async function ask(deps: ValidatorDeps, row: VerdictRow): Promise<Asked | undefined> {
  const dossier = row.dossier as StateBodies['classified'] | undefined
  const quoteId = dossier?.event.payWith?.quote
  if (!dossier || quoteId === undefined) return undefined
  const config = await deps.config.at(dossier.configVersion)
  const payment = await deps.quotes(deps.database).payment(quoteId)
  return {
    dossier,
    trace: row.trace,
    config,
    proof: await proofOf(deps, row, dossier, payment),
    quoted: { quoteId, chain: payment.chain, untilMs: payment.kind === 'seen' ? payment.untilMs : 0 },
    stoodStillMs: 0,
    before: { checks: row.checks, watched: row.outcome === 'refused', approved: row.approved },
  }
}

/** Definite for a payment that is on its chain; whatever else a chain says of it may be another fork, or a node that lags. */
const definite: readonly string[] = ['chain_disabled', 'not_bound', 'payment_before_wallet']

async function proofOf(
  deps: ValidatorDeps,
  { approved }: VerdictRow,
  { configVersion, event }: StateBodies['classified'],
  payment: QuotePayment,
): Promise<Proof> {
  if (payment.kind === 'none') return { kind: 'wait', reason: 'quote_unpaid' }
  if (payment.kind === 'over')
    return {
      kind: 'no',
      code: 'quote_ended',
      detail: 'Nothing that pays the quote came in before it ended. What comes later is your credit.',
    }
  const { transfer, address, isShared } = payment
  const pinned = { version: configVersion, config: await deps.config.at(configVersion) }
  const proven = await prove(deps, {
    chain: transfer.chain,
    proof: transfer.hash,
    logIndex: transfer.logIndex,
    payer: event.from,
    pinned,
    vouched: false,
    approved,
    quoted: { address, isShared },
  })
  return proven.kind === 'no' && !definite.includes(proven.code) ? { kind: 'wait', reason: 'not_found' } : proven
}
