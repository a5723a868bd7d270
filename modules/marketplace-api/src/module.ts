import type { Module } from '@species/flow'
import type { Job } from '@species/platform'
import { eventsDue, makeAllDue } from './adapters/due-events.ts'
import { marketplaceQueries, stalledSeconds } from './adapters/event-queries.ts'
import { createAccept } from './app/accept-event.ts'
import { dropOldPartitions, makePartitionsAhead } from './app/body-partitions.ts'
import type { MarketplaceApiDeps } from './app/deps.ts'
import { sweep, sweepJob } from './app/sweep.ts'
import { getEvent } from './http/get-event.ts'
import { getHealth } from './http/get-health.ts'
import { listEvents } from './http/list-events.ts'
import { postEvent } from './http/post-event.ts'
import { previewOfEvent } from './http/preview-event.ts'
import { streamEvent } from './http/stream-event.ts'
import { followEvents } from './messages/follow-events.ts'
import { listingLapsed } from './messages/listing-lapsed.ts'

const keepBodiesMonths = 13

/** The module, and the way in that its route takes: for who brings events without HTTP. */
export interface MarketplaceApi extends Module {
  readonly accept: ReturnType<typeof createAccept>
}

/** marketplace-api: takes events in, keeps them, drives them until they end, and tells how they stand. */
export function createMarketplaceApi(deps: MarketplaceApiDeps): MarketplaceApi {
  const accept = createAccept(deps)
  return {
    accept,
    name: 'marketplace-api',
    consumers: [...followEvents(deps), listingLapsed(accept)],
    endpoints: [
      postEvent(deps, accept),
      ...(deps.preview ? [previewOfEvent({ ...deps, preview: deps.preview })] : []),
      listEvents(deps),
      getEvent(deps),
      streamEvent(deps),
      getHealth(deps),
    ],
    jobs: jobsOf(deps),
    async start() {
      await makePartitionsAhead(deps.database, deps.clock)
      if (!deps.bus.durable) await makeAllDue(deps.database, deps.clock.now())
    },
  }
}

function jobsOf(deps: MarketplaceApiDeps): Job[] {
  return [
    {
      name: sweepJob,
      everyMs: 1_000,
      due: eventsDue,
      async run() {
        const driven = await sweep(deps)
        if (driven > 0) deps.log.info({ driven }, 'unfinished events were driven again')
      },
    },
    {
      name: 'oldest-unfinished',
      everyMs: 10_000,
      async run() {
        const unfinished = await marketplaceQueries(deps.database).unfinished(1_000)
        const [oldest] = unfinished
        deps.metrics.unfinished.set(unfinished.length)
        deps.metrics.oldestUnfinishedSeconds.set(oldest ? (deps.clock.now() - oldest.acceptedAtMs) / 1_000 : 0)
        deps.metrics.oldestStalledSeconds.set(await stalledSeconds(deps.database, deps.clock.now()))
      },
    },
    {
      name: 'body-partitions',
      everyMs: 3_600_000,
      async run() {
        await makePartitionsAhead(deps.database, deps.clock)
        const dropped = await dropOldPartitions(deps.database, deps.clock, keepBodiesMonths)
        if (dropped.length > 0) deps.log.info({ dropped }, 'raw bodies were dropped by retention')
      },
    },
  ]
}
