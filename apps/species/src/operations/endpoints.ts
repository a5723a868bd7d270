import type { Topic } from '@species/contracts'
import {
  type Bus,
  type Database,
  type Endpoint,
  type Metrics,
  Problem,
  type createDeadLetters,
  endpoint,
  json,
} from '@species/runtime'
import { z } from 'zod'

export interface OperationDeps {
  readonly database: Database
  readonly bus: Bus
  readonly metrics: Metrics
  readonly deadLetters: ReturnType<typeof createDeadLetters>
}

/** Health, metrics and dead letters: what the people who run the program ask it. */
export function operationEndpoints(deps: OperationDeps): Endpoint[] {
  return [live(), ready(deps), metricsPage(deps), deadLetterList(deps), deadLetterRetry(deps)]
}

function live(): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/health/live',
      tag: 'Health',
      summary: 'The process is alive',
      access: 'public',
      responses: { 200: { description: 'Alive' } },
    },
    () => json(200, { status: 'live' }, { 'cache-control': 'no-store' }),
  )
}

/** Our own ability to work, and nothing else: a partner that is away is a degraded mode and a metric. */
function ready(deps: OperationDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/health/ready',
      tag: 'Health',
      summary: 'The process can work',
      access: 'public',
      responses: { 200: { description: 'Ready' } },
    },
    async () => {
      try {
        await deps.database.query('SELECT 1')
      } catch {
        throw new Problem('service_unavailable', 'The database does not answer.', { retryAfterSeconds: 1 })
      }
      return json(200, { status: 'ready' }, { 'cache-control': 'no-store' })
    },
  )
}

function metricsPage({ metrics }: OperationDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/metrics',
      tag: 'Health',
      summary: 'Metrics in the Prometheus text format',
      access: 'public',
      responses: { 200: { description: 'Metrics', contentType: 'text/plain' } },
    },
    async () =>
      new Response(await metrics.registry.metrics(), { headers: { 'content-type': metrics.registry.contentType } }),
  )
}

function deadLetterList({ deadLetters }: OperationDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/dead-letters',
      tag: 'Operations',
      summary: 'Messages that failed alone too often',
      access: 'operator',
      responses: { 200: { description: 'Oldest first' } },
    },
    async () => json(200, { deadLetters: await deadLetters.list() }),
  )
}

const letter = z.strictObject({ consumer: z.string().max(100), key: z.string().max(200) })

function deadLetterRetry({ deadLetters, bus }: OperationDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/dead-letters/retry',
      tag: 'Operations',
      summary: 'Send a dead letter again',
      access: 'operator',
      body: letter,
      responses: { 200: { description: 'It is on its way again' } },
    },
    async ({ body }) => {
      const taken = await deadLetters.take(body.consumer, body.key)
      if (!taken) throw new Problem('not_found', 'There is no such dead letter; it may have been retried already.')
      await bus.publish([
        {
          topic: taken.topic as Topic,
          key: body.key,
          partition: taken.partition,
          trace: taken.trace,
          body: taken.body,
        } as never,
      ])
      return json(200, { retried: body })
    },
  )
}
