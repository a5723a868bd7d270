import { type Topic, schemaOf } from '@species/contracts'
import type { Bus, DeadLetterStore } from '@species/bus'
import type { Database } from '@species/database'
import { type Endpoint, Problem, endpoint, json, newRequestId, problemResponse } from '@species/http'
import type { Metrics } from '@species/platform'
import type { PartnerWatch } from '@species/providers'
import { z } from 'zod'
import { type Health, healthEndpoints } from './health.ts'
import { partnerList } from './partners.ts'

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
  readonly watch: Pick<PartnerWatch, 'lines'>
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
    partnerList(deps.watch),
  ]
}

function live({ instance }: OperationDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/health/live',
      operationId: 'getLiveness',
      tag: 'Health',
      summary: 'The process is alive',
      access: 'public',
      always: true,
      description: 'Answers as long as the process runs, whatever it depends on. `instance` is new with each start.',
      problems: [],
      responses: {
        200: { description: 'Alive', schema: z.strictObject({ status: z.literal('live'), instance: z.uuid() }) },
      },
    },
    () => json(200, { status: 'live', instance }, { 'cache-control': 'no-store' }),
  )
}

function metricsPage({ metrics }: OperationDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/metrics',
      operationId: 'getMetrics',
      tag: 'Health',
      summary: 'Metrics in the Prometheus text format',
      access: 'public',
      always: true,
      description: 'For Prometheus to scrape. Where metrics have a port of their own they are not here.',
      problems: [],
      responses: { 200: { description: 'Metrics', schema: z.string(), contentType: 'text/plain' } },
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

const letterLine = z.strictObject({
  consumer: z.string(),
  key: z.string(),
  topic: z.string(),
  cause: z.string(),
  attempts: z.number().int(),
  parkedAtMs: z.number().int().describe('Unix milliseconds'),
})

function deadLetterList({ deadLetters }: OperationDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/dead-letters',
      operationId: 'listDeadLetters',
      tag: 'Operations',
      summary: 'Messages that failed alone too often',
      description: 'At most 1000. Each waits until it is sent again.',
      access: 'operator',
      role: 'viewer',
      problems: [],
      responses: {
        200: { description: 'Oldest first', schema: z.strictObject({ deadLetters: z.array(letterLine) }) },
      },
    },
    async () => json(200, { deadLetters: await deadLetters.list() }),
  )
}

const letter = z.strictObject({ consumer: z.string().max(100), key: z.string().max(200) })
const noLetter = (): Problem => new Problem('not_found', 'There is no such dead letter; it may have been sent already.')

const wholeLetter = letterLine.extend({ partition: z.number().int(), trace: z.string(), body: z.unknown() })

function deadLetterShow({ deadLetters }: OperationDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/dead-letters/{consumer}/{key}',
      operationId: 'getDeadLetter',
      tag: 'Operations',
      summary: 'A dead letter, with its cause and what it says',
      access: 'operator',
      role: 'viewer',
      description: 'Names of its topic, partition and trace, and the body as it was sent.',
      params: letter,
      problems: ['not_found'],
      responses: { 200: { description: 'The letter', schema: wholeLetter } },
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
      operationId: 'retryDeadLetter',
      tag: 'Operations',
      summary: 'Send a dead letter again',
      access: 'operator',
      role: 'operator',
      audit: { action: 'dead-letter.retry', target: ({ body }) => `${body.consumer}/${body.key}` },
      description: 'Its cause should be mended before. If it fails again it becomes a dead letter again.',
      body: {
        schema: letter,
        examples: { payment: { consumer: 'cashier.payments', key: '3f0c6d1e-5b7a-4c8e-9d2f-1a2b3c4d5e6f' } },
      },
      problems: ['not_found'],
      responses: { 200: { description: 'It is on its way again', schema: z.strictObject({ retried: letter }) } },
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
