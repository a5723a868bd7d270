import type { WriteWatch } from '@species/database'
import { type Endpoint, Problem, endpoint, json } from '@species/http'
import {
  type Clock,
  type Metrics,
  type PartState,
  type Parts,
  createPartsLog,
  partsSchema,
  sharedFor,
} from '@species/platform'
import { z } from 'zod'

export interface HealthDeps extends Omit<WriteWatch, 'writes'> {
  readonly clock: Clock
  readonly metrics: Metrics
  /** Whether each can be reached; absent where the program does without it. */
  readonly isConnected: { readonly nats?: (() => boolean) | undefined; readonly redis?: (() => boolean) | undefined }
  /** For tests: another bound than {@link answerMs}. */
  readonly answerMs?: number
}

/** The state of all that the process depends on. */
export type Health = () => Promise<Parts>

/** The breakers of each partner: while one of them is open the partner is known to be ill. */
const breakersOf = { moralis: ['moralis'], tron: ['tron'], onli: ['onli_moves', 'onli_questions'] } as const
/** The same of partners that a marketplace can do without: those that it has. */
const optionalBreakersOf = {
  firefly: ['firefly'],
  moralisStreams: ['moralis_streams'],
  nowpayments: ['nowpayments'],
} as const

/** A database that does not answer within this counts as down. */
const answerMs = 2_000

/** Asks at most once a second, whoever wants to know; names and states only. */
export function createHealth(deps: HealthDeps): Health {
  const log = createPartsLog(deps.clock)
  return sharedFor(1_000, async () => {
    const { nats, redis } = deps.isConnected
    const states = {
      database: await databaseState(deps),
      ...(nats ? { nats: upIf(nats()) } : {}),
      ...(redis ? { redis: upIf(redis()) } : {}),
      ...(await partnerStates(deps.metrics)),
    }
    for (const [part, state] of Object.entries(states)) deps.metrics.partUp.set({ part }, state === 'up' ? 1 : 0)
    return log(states)
  })
}

const upIf = (isUp: boolean): PartState => (isUp ? 'up' : 'down')

async function databaseState({ database, whyNoWrites, ...deps }: HealthDeps): Promise<PartState> {
  const late = Promise.withResolvers<PartState>()
  const timer = setTimeout(() => {
    late.resolve('down')
  }, deps.answerMs ?? answerMs)
  const asked = async (): Promise<PartState> => {
    await database.query('SELECT 1')
    return (await whyNoWrites()) === undefined ? 'up' : 'full'
  }
  try {
    return await Promise.race([asked().catch(() => 'down' as const), late.promise])
  } finally {
    clearTimeout(timer)
  }
}

async function partnerStates(metrics: Metrics): Promise<Record<string, PartState>> {
  const { values } = await metrics.breakerOpen.get()
  const open = new Set<unknown>(values.filter(({ value }) => value === 1).map(({ labels }) => labels.breaker))
  const known = new Set<unknown>(values.map(({ labels }) => labels.breaker))
  const optional = Object.entries(optionalBreakersOf).filter(([, breakers]) => breakers.some((name) => known.has(name)))
  return Object.fromEntries(
    [...Object.entries(breakersOf), ...optional].map(([partner, breakers]) => [
      partner,
      upIf(!breakers.some((name) => open.has(name))),
    ]),
  )
}

const whyNot: Readonly<Record<Exclude<PartState, 'up'>, string>> = {
  down: 'The database does not answer.',
  full: 'The disk of the database is full: nothing can be written. Make room; it is noticed by itself.',
}

const statusSchema = z
  .enum(['ready', 'degraded'])
  .describe('`degraded`: the process can work, and something that it depends on is down; see `parts`')

/**
 * `/health` and `/health/ready`: our own ability to work, and nothing else. A partner, NATS or Redis that is down is a degraded mode:
 * it stands in the map, the answer says `degraded`, and the HTTP status stays 200.
 */
export function healthEndpoints(health: Health): Endpoint[] {
  const addresses = [
    { path: '/health', operationId: 'getHealth' },
    { path: '/health/ready', operationId: 'getReadiness' },
  ]
  return addresses.map((address) =>
    endpoint(
      {
        method: 'get',
        ...address,
        tag: 'Health',
        summary: 'The process can work, and what it depends on',
        description:
          'Only what the process cannot work without changes the HTTP status. While anything else is down, as a partner, the answer is 200 and says `degraded`.',
        access: 'public',
        problems: [],
        always: true,
        responses: {
          200: {
            description: 'Ready',
            schema: z.strictObject({ status: statusSchema, parts: partsSchema }),
          },
        },
      },
      async () => {
        const parts = await health()
        const state = parts['database']?.state ?? 'down'
        if (state !== 'up')
          throw new Problem('service_unavailable', whyNot[state], { retryAfterSeconds: 1, members: { parts } })
        const isDegraded = Object.values(parts).some((part) => part.state !== 'up')
        return json(200, { status: isDegraded ? 'degraded' : 'ready', parts }, { 'cache-control': 'no-store' })
      },
    ),
  )
}
