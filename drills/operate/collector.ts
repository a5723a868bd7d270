import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'

const attributeSchema = z.object({
  key: z.string(),
  value: z.object({ stringValue: z.string().optional(), intValue: z.union([z.number(), z.string()]).optional() }),
})

/** What of OTLP's JSON (opentelemetry-proto, `trace/v1/trace.proto`) a trace is told by. */
const exportSchema = z.object({
  resourceSpans: z.array(
    z.object({
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string().regex(/^[0-9a-f]{32}$/),
              spanId: z.string().regex(/^[0-9a-f]{16}$/),
              parentSpanId: z.string().optional(),
              name: z.string(),
              attributes: z.array(attributeSchema).default([]),
              status: z.object({ code: z.number().optional() }).optional(),
            }),
          ),
        }),
      ),
    }),
  ),
})

export interface CollectedSpan {
  readonly traceId: string
  readonly spanId: string
  /** Undefined: the first of its trace. */
  readonly parentSpanId: string | undefined
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly failed: boolean
}

export interface Collector {
  readonly url: string
  readonly spans: readonly CollectedSpan[]
  close(): Promise<void>
}

/** What an OpenTelemetry collector would take: spans by OTLP over HTTP. It keeps them. */
export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const isTraces = request.method === 'POST' && request.url === '/v1/traces'
      if (isTraces) spans.push(...spansIn(Buffer.concat(parts).toString()))
      response.writeHead(isTraces ? 200 : 404, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function spansIn(body: string): CollectedSpan[] {
  const { resourceSpans } = exportSchema.parse(JSON.parse(body))
  const spans = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
  return spans.map(({ traceId, spanId, parentSpanId, name, attributes, status }) => ({
    traceId,
    spanId,
    parentSpanId: parentSpanId === '' ? undefined : parentSpanId,
    name,
    attributes: Object.fromEntries(
      attributes.map(({ key, value }) => [key, value.stringValue ?? String(value.intValue)]),
    ),
    // STATUS_CODE_ERROR
    failed: status?.code === 2,
  }))
}
