import { hash } from 'node:crypto'
import { type Dossier, type MarketplaceEvent, type Principal, canonicalEvent } from '@species/contracts'
import { Fault, type Refusal, type Result, ok, refuse } from '@species/kernel'
import { fromStored } from '@species/flow'
import { coalesce } from '@species/platform'
import { type AcceptedEvent, type KeptEvent, findEvents, keepEvents } from '../adapters/kept-events.ts'
import { lacksPartition, makePartitionsAhead } from './body-partitions.ts'
import type { MarketplaceApiDeps } from './deps.ts'

export interface AcceptRequest {
  readonly principal: Pick<Principal, 'onliId' | 'keyId' | 'limits'>
  readonly event: MarketplaceEvent
  readonly rawBody: string
  readonly trace: string
  /** Of an event that cites a quote: the version whose prices and fees the quote has. */
  readonly pinnedVersion?: number
}

/** How long after accept the sweeper looks for the first time. */
const firstSweepMs = 15_000

type Accepted = Result<{ kept: KeptEvent; first: boolean }, Refusal<'event_id_conflict'>>

/**
 * Keeps events and sends them on their way. Requests that come together are kept together, in one transaction; the
 * message is published after the commit, and no caller waits for that: if it fails the sweeper publishes it, and what was
 * answered 202 is never lost.
 */
export function createAccept(deps: MarketplaceApiDeps): (request: AcceptRequest) => Promise<Accepted> {
  const keep = coalesce<AcceptedEvent, Accepted>((events) => keepBatch(deps, events), {
    maxBatch: 200,
    atOnce: 2,
    pace: deps.acceptPace,
  })
  return async (request) => {
    const bodyHash = hash('sha256', canonicalEvent(request.event))
    const { version, newest, config } = await deps.config.readable()
    if (newest !== version) return await acceptedBefore(deps, request, bodyHash)
    const nowMs = deps.clock.now()
    const dossier: Dossier = {
      eventKey: deps.ids.uuid(),
      eventId: request.event.eventId,
      owner: request.principal.onliId,
      keyId: request.principal.keyId,
      ...(request.principal.limits === undefined ? {} : { limits: request.principal.limits }),
      event: request.event,
      configVersion: request.pinnedVersion ?? version,
      classifierVersion: deps.classifierVersion,
      deadlineMs: nowMs + config.deadlines.eventMs,
      times: { accepted: nowMs },
    }
    return await keep({
      dossier,
      bodyHash,
      rawBody: request.rawBody,
      trace: request.trace,
      firstSweepAtMs: nowMs + firstSweepMs,
    })
  }
}

/** What is new is not accepted by a configuration that is not the newest; what was accepted before gets its first answer. */
async function acceptedBefore(
  deps: MarketplaceApiDeps,
  { principal, event }: AcceptRequest,
  bodyHash: string,
): Promise<Accepted> {
  const [before] = await findEvents(deps.database, [{ owner: principal.onliId, eventId: event.eventId }])
  if (before) return again(before, bodyHash)
  await deps.config.current()
  throw unreadable()
}

async function keepBatch(deps: MarketplaceApiDeps, events: readonly AcceptedEvent[]): Promise<(Accepted | Fault)[]> {
  const fresh = await keep(deps, events)
  const repeated = events.filter((event) => !fresh.has(event.dossier.eventKey)).map((event) => event.dossier)
  const kept = repeated.length === 0 ? [] : await findEvents(deps.database, repeated)
  const outgoing = events
    .filter((event) => fresh.has(event.dossier.eventKey))
    .flatMap((event) => fromStored('accepted', event, event.dossier))
  deps.bus.publish(outgoing).catch((error: unknown) => {
    deps.log.warn(
      { err: error, events: outgoing.length },
      'accepted events wait for the sweeper: the bus did not take them',
    )
  })
  for (const { body, trace } of outgoing) {
    const { eventKey, eventId, owner } = body
    deps.log.info({ eventKey, eventId, owner, trace }, 'event accepted')
  }
  return events.map((event) => answer(event, fresh, kept) ?? unreadable())
}

/**
 * Answers with the keys that were new. One statement, so all are kept or none; keys are never taken away, so those that were there
 * before can be read after it. Where the month has no partition yet it is made here, and the statement sent once more.
 */
async function keep(deps: MarketplaceApiDeps, events: readonly AcceptedEvent[]): Promise<ReadonlySet<string>> {
  try {
    return await keepEvents(deps.database, events)
  } catch (error) {
    if (!lacksPartition(error)) throw error
    await makePartitionsAhead(deps.database, deps.clock)
    return await keepEvents(deps.database, events)
  }
}

/** Undefined: the database says that the id was used, and has no row of it. */
function answer(event: AcceptedEvent, fresh: ReadonlySet<string>, kept: readonly KeptEvent[]): Accepted | undefined {
  const { dossier, bodyHash } = event
  if (fresh.has(dossier.eventKey)) {
    const { owner, eventId, eventKey } = dossier
    return ok({ kept: { owner, eventId, eventKey, bodyHash, acceptedAtMs: dossier.times.accepted ?? 0 }, first: true })
  }
  const before = kept.find((one) => one.owner === dossier.owner && one.eventId === dossier.eventId)
  return before && again(before, bodyHash)
}

/** The first answer, again. */
function again(before: KeptEvent, bodyHash: string): Accepted {
  if (before.bodyHash === bodyHash) return ok({ kept: before, first: false })
  return refuse(
    'event_id_conflict',
    `Your event ${before.eventId} was accepted with another body. Use a new eventId for a new event.`,
  )
}

/** As after a failover between the two statements. A conflict would be a final word on a body that was not compared. */
function unreadable(): Fault {
  return new Fault('event_unreadable', {
    retryable: true,
    publicMessage: 'Whether this event was accepted cannot be read at the moment. Send it again with the same eventId.',
  })
}
