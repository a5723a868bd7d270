import { type Topic, schemaOf } from '@species/contracts'
import type { Bus, DeadLetterStore } from '@species/bus'
import type { Database } from '@species/database'
import { type Endpoint, Problem, endpoint, json, newRequestId, problemResponse } from '@species/http'
import type { Metrics } from '@species/platform'
import { z } from 'zod'
import { type Health, healthEndpoints } from './health.ts'

export interface OperationDeps {
  readonly database: Database
  readonly bus: Bus
  readonly metrics: Metrics
  readonly deadLetters: DeadLetterStore
  readonly health: Health
  /** False where metrics have a port of their own. */
  readonly hasMetricsPage: boolean
  /** Of this process: see Program. */
  readonly instance: string
}

/** Health, metrics and dead letters: what the people who run the program ask it. */
export function operationEndpoints(deps: OperationDeps): Endpoint[] {
  return [
    live(deps),
    ...healthEndpoints(deps.health),
    ...(deps.hasMetricsPage ? [metricsPage(deps)] : []),
    deadLetterList(deps),
    deadLetterShow(deps),
    deadLetterRetry(deps),
  ]
}

function live({ instance }: OperationDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/health/live',
      tag: 'Health',
      summary: 'The process is alive',
      access: 'public',
      always: true,
      responses: { 200: { description: 'Alive' } },
    },
    () => json(200, { status: 'live', instance }, { 'cache-control': 'no-store' }),
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
      always: true,
      responses: { 200: { description: 'Metrics', contentType: 'text/plain' } },
    },
    () => metricsResponse(metrics),
  )
}

async function metricsResponse({ registry }: Metrics): Promise<Response> {
  return new Response(await registry.metrics(), { headers: { 'content-type': registry.contentType } })
}

/** Answers on a port that is for metrics alone. */
export async function serveMetrics(metrics: Metrics, request: Request): Promise<Response> {
  if (request.method === 'GET' && new URL(request.url).pathname === '/metrics') return await metricsResponse(metrics)
  const problem = new Problem('not_found', 'This port answers GET /metrics and nothing else.')
  return problemResponse(problem, { requestId: newRequestId(), baseUrl: '' })
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
const noLetter = (): Problem => new Problem('not_found', 'There is no such dead letter; it may have been sent already.')

function deadLetterShow({ deadLetters }: OperationDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/dead-letters/{consumer}/{key}',
      tag: 'Operations',
      summary: 'A dead letter, with its cause and what it says',
      access: 'operator',
      params: letter,
      responses: { 200: { description: 'The letter' } },
    },
    async ({ params }) => {
      const found = await deadLetters.find(params.consumer, params.key)
      if (!found) throw noLetter()
      return json(200, found)
    },
  )
}

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
      const found = await deadLetters.find(body.consumer, body.key)
      if (!found) throw noLetter()
      const { key, partition, trace } = found
      // Sent first and forgotten afterwards: whatever dies in between, it is sent twice and lost never. It may fail again before
      // it is forgotten, and is a letter anew then.
      await bus.publish([{ topic: found.topic as Topic, key, partition, trace, body: revived(found) } as never])
      await deadLetters.remove(found)
      return json(200, { retried: body })
    },
  )
}

/** The body as its topic promises it: quantities are strings of digits in the database. */
function revived({ topic, body }: { topic: string; body: unknown }): unknown {
  const read = schemaOf(topic as Topic).safeParse(body)
  if (read.success) return read.data
  const first = read.error.issues[0]
  throw new Problem(
    'invalid_request',
    `This version cannot read the message: ${first?.path.join('.') ?? ''} ${first?.message ?? ''}. Send it again from a version that can.`,
  )
}
