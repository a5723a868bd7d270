import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import { type OperationMetrics, operationMetrics } from './operation-metrics.ts'
import { addSpecificationMetrics } from './specification-metrics.ts'

/** What the program counts. One registry a process. */
export interface Metrics extends OperationMetrics {
  readonly registry: Registry
  readonly httpSeconds: Histogram<'method' | 'route' | 'status'>
  readonly stateTotal: Counter<'state' | 'intent'>
  readonly eventSeconds: Histogram<'end' | 'intent'>
  readonly batchSeconds: Histogram<'consumer'>
  readonly batchSize: Histogram<'consumer'>
  readonly partnerSeconds: Histogram<'partner' | 'call' | 'outcome'>
  readonly backlog: Gauge<'consumer'>
  readonly unreadableFrames: Counter<'consumer'>
  readonly oldestUnfinishedSeconds: Gauge
  readonly unfinished: Gauge
  readonly deadLetters: Gauge
  readonly oldestDeadLetterSeconds: Gauge
  readonly reviews: Gauge
  readonly cacheTotal: Counter<'cache' | 'answer'>
  readonly cacheLayerTotal: Counter<'cache' | 'layer' | 'answer'>
  readonly replicaLagSeconds: Gauge<'replica'>
  /** 1 while calls to the partner are cut off, also while it is tried again; otherwise 0. */
  readonly breakerOpen: Gauge<'breaker'>
  readonly verificationTotal: Counter<'chain' | 'outcome'>
  /** A request that got a problem document, or an event that failed; by the code of the catalogue. */
  readonly refusalTotal: Counter<'code' | 'seen'>
  readonly paidUsdt: Counter<'chain'>
  readonly volumeUsdt: Counter<'intent'>
  readonly volumeUnits: Counter<'intent'>
  readonly feesUsdt: Counter<'intent'>
  /** Lists of transfers that could not be read to their end, by why; and transfers to us that were found. */
  readonly depositFaults: Counter<'chain' | 'fault'>
  readonly depositsFound: Counter<'chain'>
  /** Webhooks of partners about chains, by what they were. */
  readonly chainHints: Counter<'outcome'>
  /** Of the addresses in use, how old the newest block is up to which the list of the slowest was read. */
  readonly depositsBehindSeconds: Gauge<'chain'>
  /** Money in suspense: how many transfers, and how long the oldest is there. */
  readonly suspenseDeposits: Gauge
  readonly oldestSuspenseSeconds: Gauge
  /** Attempts to deliver a webhook, by what became of them; and deliveries that wait, counted up to a bound. */
  readonly webhookAttempts: Counter<'outcome'>
  readonly webhooksPending: Gauge
  /** Entries that wait to be written into the operator's book, how old the oldest is, and how many the book refuses. */
  readonly mirrorQueued: Gauge
  readonly mirrorAge: Gauge
  readonly mirrorRefused: Gauge
  /** Requests to the MCP endpoints; the name is the specification's. */
  readonly mcpSeconds: Histogram
}

/** Bounds of times; 1 and 3 are the specification's goals. */
const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3, 5, 10, 30]

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const name of misnamedDefaults) registry.removeSingleMetric(name)
  const registers = [registry]
  const metrics: Metrics = {
    registry,
    httpSeconds: new Histogram({
      name: 'species_http_request_seconds',
      help: 'Time to answer HTTP requests',
      labelNames: ['method', 'route', 'status'],
      buckets: seconds,
      registers,
    }),
    stateTotal: new Counter({
      name: 'species_event_states_total',
      help: 'Events that reached a state',
      labelNames: ['state', 'intent'],
      registers,
    }),
    eventSeconds: new Histogram({
      name: 'species_event_seconds',
      help: 'Time from accept to end',
      labelNames: ['end', 'intent'],
      buckets: seconds,
      registers,
    }),
    oldestUnfinishedSeconds: new Gauge({
      name: 'species_oldest_unfinished_event_seconds',
      help: 'Age of the oldest event that has not ended',
      registers,
    }),
    unfinished: new Gauge({ name: 'species_unfinished_events', help: 'Events that have not ended', registers }),
    deadLetters: new Gauge({ name: 'species_dead_letters', help: 'Messages parked for the operator', registers }),
    oldestDeadLetterSeconds: new Gauge({
      name: 'species_oldest_dead_letter_seconds',
      help: 'Age of the oldest parked message',
      registers,
    }),
    reviews: new Gauge({ name: 'species_open_reviews', help: 'Events that wait for an operator', registers }),
    ...busMetrics(registers),
    ...readMetrics(registers),
    ...partnerMetrics(registers),
    ...moneyMetrics(registers),
    ...operationMetrics(registers),
    ...depositMetrics(registers),
    ...mirrorMetrics(registers),
    webhookAttempts: new Counter({
      name: 'species_webhook_attempts_total',
      help: 'Attempts to deliver webhooks: delivered, retry, given_up, gone',
      labelNames: ['outcome'],
      registers,
    }),
    webhooksPending: new Gauge({
      name: 'species_webhooks_pending',
      help: 'Webhook deliveries that wait, at most 100,000',
      registers,
    }),
    mcpSeconds: new Histogram({
      name: 'mcp_request_duration_seconds',
      help: 'Time to answer requests to the MCP endpoints, under the name of the specification',
      buckets: seconds,
      registers,
    }),
  }
  addSpecificationMetrics(metrics)
  return metrics
}

/** Gauges of the library that are named like counters; the same by type, without `_total`, stay. */
const misnamedDefaults = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
]

function mirrorMetrics(registers: Registry[]): Pick<Metrics, 'mirrorQueued' | 'mirrorAge' | 'mirrorRefused'> {
  return {
    mirrorQueued: new Gauge({
      name: 'species_mirror_queued',
      help: 'Entries that wait to be written into Firefly III, at most 100,000',
      registers,
    }),
    mirrorAge: new Gauge({
      name: 'species_mirror_age_seconds',
      help: 'How long ago the oldest entry that waits for Firefly III was posted; 0 where none waits',
      registers,
    }),
    mirrorRefused: new Gauge({
      name: 'species_mirror_refused',
      help: 'Entries that Firefly III refuses for good, at most 1,000',
      registers,
    }),
  }
}

function partnerMetrics(
  registers: Registry[],
): Pick<Metrics, 'partnerSeconds' | 'breakerOpen' | 'verificationTotal' | 'refusalTotal'> {
  return {
    partnerSeconds: new Histogram({
      name: 'species_partner_call_seconds',
      help: 'Time of calls to partners',
      labelNames: ['partner', 'call', 'outcome'],
      buckets: seconds,
      registers,
    }),
    breakerOpen: new Gauge({
      name: 'species_breaker_open',
      help: 'Whether calls to a partner are cut off because it failed too often: 1 or 0',
      labelNames: ['breaker'],
      registers,
    }),
    verificationTotal: new Counter({
      name: 'species_payment_verifications_total',
      help: 'Looks at payments on their chains, by outcome: verified, refused, pending, unanswered',
      labelNames: ['chain', 'outcome'],
      registers,
    }),
    refusalTotal: new Counter({
      name: 'species_refusals_total',
      help: 'Refusals by code, seen in a problem document (request) or in the receipt of a failed event (receipt)',
      labelNames: ['code', 'seen'],
      registers,
    }),
  }
}

/** Money is counted once an event, when its first receipt is written, or its payment claimed. For rates: the ledger is the record. */
function moneyMetrics(registers: Registry[]): Pick<Metrics, 'paidUsdt' | 'volumeUsdt' | 'volumeUnits' | 'feesUsdt'> {
  const counter = <Label extends string>(name: string, help: string, label: Label): Counter<Label> =>
    new Counter({ name, help, labelNames: [label], registers })
  return {
    paidUsdt: counter('species_payments_claimed_usdt_total', 'USDT of payments that were claimed, by chain', 'chain'),
    volumeUsdt: counter('species_volume_usdt_total', 'USDT that completed events moved, without fees', 'intent'),
    volumeUnits: counter('species_volume_units_total', 'SPECIES that completed events moved', 'intent'),
    feesUsdt: counter('species_fees_usdt_total', 'USDT of fees of completed events', 'intent'),
  }
}

function depositMetrics(
  registers: Registry[],
): Pick<
  Metrics,
  | 'chainHints'
  | 'depositFaults'
  | 'depositsFound'
  | 'depositsBehindSeconds'
  | 'suspenseDeposits'
  | 'oldestSuspenseSeconds'
> {
  return {
    depositFaults: new Counter({
      name: 'species_deposit_faults_total',
      help: 'Lists of incoming transfers that could not be read: silent, looping, endless, too_many_unread',
      labelNames: ['chain', 'fault'],
      registers,
    }),
    chainHints: new Counter({
      name: 'species_chain_hints_total',
      help: 'Webhooks of partners about chains: look, test, unknown_stream, unreadable, forged',
      labelNames: ['outcome'],
      registers,
    }),
    depositsFound: new Counter({
      name: 'species_deposits_found_total',
      help: 'Transfers to our addresses that were found on their chains',
      labelNames: ['chain'],
      registers,
    }),
    suspenseDeposits: new Gauge({
      name: 'species_suspense_deposits',
      help: 'Transfers to our addresses that nothing explains',
      registers,
    }),
    oldestSuspenseSeconds: new Gauge({
      name: 'species_oldest_suspense_seconds',
      help: 'How long the oldest unexplained transfer is in suspense; alarm above 3600',
      registers,
    }),
    depositsBehindSeconds: new Gauge({
      name: 'species_deposits_behind_seconds',
      help: 'Age of the block up to which the lists of all addresses in use were read',
      labelNames: ['chain'],
      registers,
    }),
  }
}

function busMetrics(
  registers: Registry[],
): Pick<Metrics, 'batchSeconds' | 'batchSize' | 'backlog' | 'unreadableFrames'> {
  return {
    batchSeconds: new Histogram({
      name: 'species_batch_seconds',
      help: 'Time to decide a batch',
      labelNames: ['consumer'],
      buckets: seconds,
      registers,
    }),
    batchSize: new Histogram({
      name: 'species_batch_size',
      help: 'Messages in a batch',
      labelNames: ['consumer'],
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
      registers,
    }),
    backlog: new Gauge({
      name: 'species_bus_backlog',
      help: 'Messages waiting, by consumer',
      labelNames: ['consumer'],
      registers,
    }),
    unreadableFrames: new Counter({
      name: 'species_bus_unreadable_frames_total',
      help: 'Frames that were given up because no program could read them',
      labelNames: ['consumer'],
      registers,
    }),
  }
}

function readMetrics(registers: Registry[]): Pick<Metrics, 'cacheTotal' | 'cacheLayerTotal' | 'replicaLagSeconds'> {
  return {
    cacheTotal: new Counter({
      name: 'species_cache_total',
      help: 'Cache answers, one a question; stale is the last answer while the source is unavailable',
      labelNames: ['cache', 'answer'],
      registers,
    }),
    cacheLayerTotal: new Counter({
      name: 'species_cache_layer_total',
      help: 'Cache answers by layer: memory, redis, source; stale is the last answer while the source is unavailable',
      labelNames: ['cache', 'layer', 'answer'],
      registers,
    }),
    replicaLagSeconds: new Gauge({
      name: 'species_replica_lag_seconds',
      help: 'How old at most an answer of a replica of the database is',
      labelNames: ['replica'],
      registers,
    }),
  }
}
