import { type Message, type Outgoing, step } from '@species/bus'
import { type VerdictRow, readVerdicts, takeIn } from '../adapters/verdict-rows.ts'
import type { ValidatorDeps } from './deps.ts'
import { answer, deadlinesOf } from './record-verdicts.ts'

type Classified = Message<'classified'>

/**
 * Lets events pass that take no payment from a chain, and takes in those that do: no chain is asked here, so that what needs no
 * partner never waits behind what does. Of those that pass there is nothing to store.
 */
export async function validateEvents(deps: ValidatorDeps, batch: readonly Classified[]): Promise<Outgoing[]> {
  const onChain = batch.filter((message) => message.body.event.payWith?.source === 'chain')
  const known = await readVerdicts(
    deps.database,
    onChain.map((message) => message.key),
    false,
  )
  const nowMs = deps.clock.now()
  const fresh = onChain.filter((message) => !known.has(message.key))
  await takeIn(deps.database, await Promise.all(fresh.map((message) => unasked(deps, message, nowMs))))
  return batch.flatMap((message) => {
    const row = known.get(message.key)
    if (row) return answer(message.body, message.trace, row)
    return message.body.event.payWith?.source === 'chain' ? [] : [pass(message, nowMs)]
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
  return step('validated', message, {
    ...body,
    payment: { source, claims: [] },
    times: { ...body.times, validated: atMs },
  })
}
