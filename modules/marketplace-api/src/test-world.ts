import type {
  ProceedsPort,
  ChainsVersion,
  MarketplaceConfig,
  MarketplaceEvent,
  StageMark,
  WireEvent,
} from '@species/contracts'
import { normaliseEvent, wireEventSchema } from '@species/contracts'
import type { Bus, Outgoing } from '@species/bus'
import type { Database } from '@species/database'
import { createMetrics, silentLogger, systemIds, systemPace } from '@species/platform'
import { type ManualClock, manualClock, retentionOf } from '@species/testing'
import { type AcceptRequest, createAccept } from './app/accept-event.ts'
import { makePartitionsAhead } from './app/body-partitions.ts'
import type { MarketplaceApiDeps } from './app/deps.ts'

export const eventMs = 86_400_000

const config = { trading: 'on', deadlines: { eventMs } } as MarketplaceConfig

export interface World {
  readonly deps: MarketplaceApiDeps
  readonly clock: ManualClock
  readonly published: Outgoing[]
  readonly accept: ReturnType<typeof createAccept>
  /** Marks the modules would give, by event key. */
  readonly marks: Map<string, StageMark[]>
  trading: 'on' | 'off'
  /** The newest version of the configuration; of others than 7 this code can read nothing. */
  newest: number
  busDown: boolean
  /** What is said of an address for proceeds. */
  proceeds: Awaited<ReturnType<ProceedsPort['check']>>
  waiting: number
  /** The chains' settings over time; empty: never halted. */
  history: ChainsVersion[]
}

export async function createWorld(database: Database): Promise<World> {
  const clock = manualClock()
  const published: Outgoing[] = []
  const marks: World['marks'] = new Map()
  const bus: Bus = {
    durable: true,
    publish: async (messages) => {
      if (world.busDown) throw new Error('the bus is away')
      published.push(...messages)
    },
    subscribe: () => undefined,
    declare: () => undefined,
    tap: () => () => undefined,
    start: async () => undefined,
    backlog: () => new Map([['somebody', world.waiting]]),
    close: async () => undefined,
  }
  const deps: MarketplaceApiDeps = {
    agentGate: { admit: async () => undefined },
    database,
    proceeds: { check: async () => world.proceeds, allow: async () => world.proceeds },
    quotes: () => ({ terms: () => Promise.resolve(undefined) }),
    bus,
    clock,
    retention: retentionOf(clock),
    ids: systemIds,
    log: silentLogger,
    metrics: createMetrics(),
    config: {
      current: async () => {
        const { version, newest, config: known } = await deps.config.readable()
        if (newest !== version) throw new Error('the newest version cannot be read')
        return { version, config: known }
      },
      at: async () => config,
      chainHistory: async () => world.history,
      readable: async () => ({ version: 7, newest: world.newest, config: { ...config, trading: world.trading } }),
    },
    classifierVersion: 3,
    stages: [0, 1].map((index) => async (key) => marks.get(key)?.[index]),
    maxBacklog: 100,
    unproven: async () => 0,
    watched: async () => 0,
    acceptPace: systemPace(3),
  }
  const world: World = {
    deps,
    clock,
    published,
    marks,
    accept: createAccept(deps),
    trading: 'on',
    newest: 7,
    busDown: false,
    proceeds: { ok: true, value: true },
    waiting: 0,
    history: [],
  }
  await makePartitionsAhead(database, clock)
  return world
}

/** A body as it comes over the wire, normalised as the endpoint does it. */
function eventOf(wire: Partial<WireEvent> & { eventId: string }): MarketplaceEvent {
  return normaliseEvent(wireEventSchema.parse({ from: 'alice', to: 'bob', amount: 5, ...wire }))
}

export function requestOf(wire: Partial<WireEvent> & { eventId: string }, owner = 'alice'): AcceptRequest {
  return {
    principal: { onliId: owner, keyId: 'key_test' },
    event: eventOf(wire),
    rawBody: JSON.stringify(wire),
    trace: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
  }
}

export async function emptyEvents(database: Database): Promise<void> {
  await database.query('TRUNCATE marketplace_api.event_keys, marketplace_api.event_bodies, runtime.dead_letters')
}
