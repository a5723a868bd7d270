import { type ChainsVersion, type Dossier, type EventRefusal, haltedMs } from '@species/contracts'
import { type Outgoing, createDeadLetters } from '@species/bus'
import { fromStored, readDue, refuse } from '@species/flow'
import { takeDueEvents } from '../adapters/due-events.ts'
import type { MarketplaceApiDeps } from './deps.ts'

/** How many events one sweep drives again: a full table does not flood the bus. */
const maxPerSweep = 200

/** The job, as its dead letters name it. */
export const sweepJob = 'sweep'

/**
 * Publishes events that have not ended in time again, from the start: each runs through the stored outcomes to where it
 * stopped. After its deadline the road back is asked for as well; whether it is taken is the asset-manager's to say.
 */
export async function sweep(deps: MarketplaceApiDeps): Promise<number> {
  const nowMs = deps.clock.now()
  const due = await takeDueEvents(deps.database, { nowMs, limit: maxPerSweep })
  const context = { deadLetters: createDeadLetters(deps.database, deps.clock), log: deps.log }
  const history = due.length === 0 ? [] : await deps.config.chainHistory()
  const outgoing = (await readDue(context, sweepJob, due)).flatMap((event) => drive(event, history, nowMs))
  if (outgoing.length > 0) await deps.bus.publish(outgoing)
  return due.length
}

function drive(
  { dossier, trace, inReview }: { dossier: Dossier; trace: string; inReview: boolean },
  history: readonly ChainsVersion[],
  nowMs: number,
): Outgoing[] {
  const fromTheStart = fromStored('accepted', { trace }, dossier)
  // Time alone ends no review.
  if (inReview || nowMs < deadlineOf(dossier, history, nowMs)) return fromTheStart
  const refusal: EventRefusal = {
    code: 'deadline_exceeded',
    detail: 'The event was not finished before its deadline. Nothing was delivered; send it again under a new eventId.',
    by: 'marketplace-api',
  }
  return [refuse({ trace }, dossier, refusal, dossier.deadlineMs), ...fromTheStart]
}

/** While the chain of an event's payment is halted its deadline stands still. */
function deadlineOf({ deadlineMs, event, times }: Dossier, history: readonly ChainsVersion[], nowMs: number): number {
  const chain = event.payWith?.chain
  return chain === undefined ? deadlineMs : deadlineMs + haltedMs(history, chain, times.accepted ?? nowMs, nowMs)
}
