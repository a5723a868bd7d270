import {
  type Announcement,
  type EndState,
  type EventKeyRow,
  type Scope,
  type ShownReceipt,
  type StageMark,
  type StoredReceipt,
  type WebhookAnswer,
  type WebhookCall,
  receiptIdOf,
} from '@species/contracts'
import type { Database } from '@species/database'
import { createHttpApp, createMemoryRateLimiter } from '@species/http'
import { ok } from '@species/kernel'
import { Secret, createMetrics, createSealer, silentLogger, systemIds } from '@species/platform'
import { type ManualClock, manualClock, messageOf, retentionOf } from '@species/testing'
import { createAnnounce } from './app/announce.ts'
import type { WebhooksDeps } from './app/deps.ts'
import { type Turns, createTurns } from './app/run-turns.ts'
import { createWebhooks } from './module.ts'

interface Sent extends WebhookCall {
  readonly id: string
  readonly type: string
  readonly data: Record<string, unknown>
}

/** The module with a server of users that answers as a test says, and the other modules' answers as plain values. */
export interface World {
  readonly deps: WebhooksDeps
  readonly clock: ManualClock
  /** What the servers were called with, in order. */
  readonly sent: Sent[]
  /** What a server answers; 200 unless a test says otherwise. */
  answer: (call: Sent) => WebhookAnswer | Promise<WebhookAnswer>
  readonly receipts: Map<string, StoredReceipt>
  readonly events: Map<string, EventKeyRow>
  mark: StageMark | undefined
  ask(method: string, path: string, body?: object, as?: string): Promise<{ status: number; body: Answered }>
  /** Makes a webhook of a user, and answers with its id and secret. */
  make(owner: string, types?: readonly string[], url?: string): Promise<{ webhookId: string; secret: string }>
  announce(announcement: Announcement): Promise<void>
  /** An event of ann and bob has ended: its receipt is there, and the message comes. */
  end(eventKey: string, state?: EndState): Promise<void>
  hear(
    topic: 'completed' | 'failed' | 'disputed' | 'waiting' | 'review' | 'payment.claimed',
    body: object,
  ): Promise<void>
  /** Sends what is due, until nothing is. `turns` is another process's. */
  send(turns?: Turns): Promise<void>
  job(name: string): Promise<void>
  statuses(webhookId: string): Promise<string[]>
}
type Answered = Record<string, unknown> & { readonly code?: string }

const base = '/marketplace/v1/webhooks'
export const ended = (status: number, text = ''): WebhookAnswer => ({
  kind: 'answered',
  status,
  text,
  retryAfterSeconds: undefined,
})

/** An announcement to ann, about one thing. */
export function news(key: string, once: string, more: Partial<Announcement> = {}): Announcement {
  return { owner: 'ann', type: 'event.completed', key, once, data: { once }, ...more }
}

export function createWorld(database: Database): World {
  const clock = manualClock()
  const sent: Sent[] = []
  const deps = depsOf(database, clock, () => world)
  const turns = createTurns(deps)
  const module = createWebhooks(deps, turns)
  const announce = createAnnounce(deps)
  const { app } = appOf(module.endpoints, deps)
  const world: World = {
    deps,
    clock,
    sent,
    answer: () => ended(200),
    receipts: new Map(),
    events: new Map(),
    mark: undefined,
    async ask(method, path, body, as = 'ann webhooks') {
      const request = new Request(`http://market.test${base}${path}`, {
        method,
        headers: { 'x-as': as, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      const response = await app.fetch(request)
      const text = await response.text()
      return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Answered }
    },
    async make(owner, types = ['event.completed'], url = 'https://shop.example/hook') {
      const made = await world.ask('POST', '', { url, types }, `${owner} webhooks`)
      if (made.status !== 201) throw new Error(JSON.stringify(made))
      return made.body as { webhookId: string; secret: string }
    },
    announce: (one) => database.transaction((tx) => announce(tx, one)),
    async end(eventKey, state = 'completed') {
      const stored = receiptFor(eventKey, state)
      world.receipts.set(stored.receiptId, stored)
      const { receiptId, owner, parties } = stored
      await world.hear(state, { eventKey, owner, eventId: 'e1', receiptId, parties: [...parties] })
    },
    async hear(topic, body) {
      const heard = module.consumers.find((one) => one.topic === topic)
      const { eventKey = 'k' } = body as { eventKey?: string }
      await heard?.handle([messageOf(topic, eventKey, body as never)])
    },
    async send(by = turns) {
      for (let before = -1; before !== sent.length;) {
        before = sent.length
        await by.look()
        await by.idle()
      }
    },
    job: async (name) => {
      await module.jobs.find((one) => one.name === name)?.run()
    },
    async statuses(webhookId) {
      const rows = await database.query<{ status: string }>(
        'SELECT status FROM webhooks.deliveries WHERE endpoint_id = $1 ORDER BY seq',
        [webhookId],
      )
      return rows.map((row) => row.status)
    },
  }
  return world
}

function depsOf(database: Database, clock: ManualClock, world: () => World): WebhooksDeps {
  return {
    database,
    bus: { durable: true },
    clock,
    retention: retentionOf(clock),
    ids: systemIds,
    log: silentLogger,
    metrics: createMetrics(),
    sealer: createSealer([new Secret('a test key of 32 characters or so')], systemIds),
    sender: {
      refusal: (url) => (url.startsWith('https://') ? undefined : 'it must begin with https://'),
      async send(call) {
        const { type, data } = JSON.parse(call.body) as Sent
        const one = { ...call, id: call.headers['webhook-id'] ?? '', type, data }
        world().sent.push(one)
        return await world().answer(one)
      },
    },
    // What is shown is the floor-manager's to decide; here one can see for whom it was asked.
    presentReceipt: ({ receiptId }, { onliId }) => ({
      receipt: { receiptId, eventId: 'e1', status: `as ${onliId} sees it` } as unknown as ShownReceipt,
      jws: '',
      withheld: 0,
    }),
    queries: {
      floorManager: {
        receipt: async (id) => world().receipts.get(id),
        receiptsSince: async (sinceMs, after) =>
          after === undefined ? [...world().receipts.values()].filter((one) => one.issuedAtMs > sinceMs) : [],
      },
      marketplace: { eventsByKey: async () => world().events },
    },
    stages: { validator: async () => world().mark },
  }
}

function appOf(endpoints: Parameters<typeof createHttpApp>[0]['endpoints'], deps: WebhooksDeps) {
  const verify = async ({ headers }: { headers: { get(name: string): string | null } }) => {
    const [onliId = '', ...scopes] = (headers.get('x-as') ?? '').split(' ')
    return ok({ principal: { onliId, keyId: 'key_1', scopes: scopes as Scope[] }, resend: false })
  }
  const limiter = createMemoryRateLimiter({ points: 1e9, perSeconds: 1 })
  const metrics = createMetrics()
  return { app: createHttpApp({ endpoints, verifier: { verify }, limiter, log: deps.log, metrics }) }
}

/** The receipt of an event of ann's, to which bob is a party. */
export function receiptFor(eventKey: string, state: EndState, issuedAtMs = Date.UTC(2026, 0, 1)): StoredReceipt {
  return {
    receiptId: receiptIdOf(eventKey, state === 'disputed' ? 2 : 1),
    eventKey,
    owner: 'ann',
    parties: ['ann', 'bob'],
    jws: '',
    state,
    issuedAtMs,
  }
}
