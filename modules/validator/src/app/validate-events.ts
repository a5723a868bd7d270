import type { Message, Outgoing } from '@species/bus'
import { advance, decideWith } from '@species/flow'
import { type VerdictRow, readVerdicts, takeIn } from '../adapters/verdict-rows.ts'
import type { ValidatorDeps } from './deps.ts'
import { answer, deadlinesOf } from './record-verdicts.ts'

type Classified = Message<'classified'>

/**
 * Lets events pass that take no payment from a chain, and takes in those that do: no chain is asked here, so that what needs no
 * partner never waits behind what does. Of those that pass there is nothing to store.
 */
export async function validateEvents(deps: ValidatorDeps, batch: readonly Classified[]): Promise<Outgoing[]> {
  const nowMs = deps.clock.now()
  const [onChain, others] = [batch.filter(isOnChain), batch.filter((message) => !isOnChain(message))]
  const known = await decideWith(deps.database, onChain, {
    read: (sql, keys) => readVerdicts(sql, keys, false),
    decide: async (sql, fresh) => {
      const [citing, plain] = [fresh.filter(citesQuote), fresh.filter((message) => !citesQuote(message))]
      const rows = await Promise.all(plain.map((message) => unasked(deps, message, nowMs)))
      await takeIn(sql, rows)
      for (const message of citing) rows.push(...(await cite(deps, message, nowMs)))
      return rows
    },
    answer: ({ body, trace }, row) => answer(body, trace, row),
  })
  return [...known, ...others.map((message) => pass(message, nowMs))]
}

function isOnChain({ body }: Classified): boolean {
  return body.event.payWith?.source === 'chain'
}

function citesQuote({ body }: Classified): boolean {
  return body.event.payWith?.quote !== undefined
}

/** Binds a quote to the event that cites it, and takes the event in; one that may not have the quote is refused. */
async function cite(deps: ValidatorDeps, message: Classified, nowMs: number): Promise<VerdictRow[]> {
  const asked = await unasked(deps, message, nowMs)
  return await deps.database.transaction(async (tx) => {
    const cited = await deps.quotes(tx).cite(message.body)
    const row: VerdictRow = cited.ok
      ? asked
      : { ...asked, outcome: 'refused', dueAtMs: undefined, refusal: { ...cited.refusal, by: 'validator' } }
    // Another process that was faster has answered.
    return (await takeIn(tx, [row])).has(row.eventKey) ? [row] : []
  })
}

async function unasked(deps: ValidatorDeps, { body, trace }: Classified, nowMs: number): Promise<VerdictRow> {
  return {
    eventKey: body.eventKey,
    outcome: 'waiting',
    payment: undefined,
    refusal: undefined,
    dossier: body,
    trace,
    reason: undefined,
    dueAtMs: nowMs,
    checks: 0,
    ...deadlinesOf(body, await deps.config.at(body.configVersion), nowMs, 0),
    decidedAtMs: nowMs,
    versions: undefined,
    approved: false,
  }
}

function pass(message: Classified, nowMs: number): Outgoing {
  const { body } = message
  const source = body.event.payWith === undefined ? 'none' : 'credit'
  // There is no row of it, and a replay must say the same.
  const atMs = body.times.classified ?? body.times.accepted ?? nowMs
  return advance('validated', message, body, { payment: { source, claims: [] } }, atMs)
}
