import { SpanStatusCode, TraceFlags, context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
  createAlwaysRecordSampler,
} from '@opentelemetry/sdk-trace'
import type { Settings } from '../settings/settings.ts'

/** Spans that wait to be sent, at most; beyond it they are dropped, so that a collector that is away costs no memory. */
const maxWaiting = 8_192

/**
 * Sends spans by OTLP over HTTP, until it is closed. Whether a trace is sent is decided by its id alone, so that every process decides
 * alike and no caller decides it for us; spans that failed are always sent.
 */
export function startTracing({ tracing, prefix }: Pick<Settings, 'tracing' | 'prefix'>): { close(): Promise<void> } {
  if (!tracing) return { close: () => Promise.resolve() }
  const exporter = new OTLPTraceExporter({
    url: `${tracing.url.replace(/\/+$/, '')}/v1/traces`,
    headers: headersOf(tracing.headers?.reveal()),
    timeoutMillis: 10_000,
  })
  const provider = new TracerProvider({
    sampler: createAlwaysRecordSampler(new TraceIdRatioBasedSampler(tracing.ratio)),
    resource: resourceFromAttributes({ 'service.name': 'species', 'service.namespace': prefix }),
    spanProcessors: [withFailed(new BatchSpanProcessor({ exporter, maxQueueSize: maxWaiting }))],
  })
  const contexts = new AsyncLocalStorageContextManager().enable()
  context.setGlobalContextManager(contexts)
  trace.setGlobalTracerProvider(provider)
  return {
    async close() {
      // A collector that is away must not make the end of the program an error.
      await provider.shutdown().catch(() => undefined)
      trace.disable()
      context.disable()
    },
  }
}

/** Hands on what is sampled, and every span that failed: the batch sends nothing that is not marked as sampled. */
function withFailed(next: SpanProcessor): SpanProcessor {
  return {
    onStart: (span, parent) => {
      next.onStart(span, parent)
    },
    onEnd: (span) => {
      const isFailed = span.status.code === SpanStatusCode.ERROR
      next.onEnd(isFailed ? sampled(span) : span)
    },
    forceFlush: () => next.forceFlush(),
    shutdown: () => next.shutdown(),
  }
}

function sampled(span: ReadableSpan): ReadableSpan {
  const marked = { ...span.spanContext(), traceFlags: TraceFlags.SAMPLED }
  return Object.create(span, { spanContext: { value: () => marked } }) as ReadableSpan
}

/** `name=value` pairs with commas between them, percent-encoded (OpenTelemetry, "Protocol Exporter", `OTEL_EXPORTER_OTLP_HEADERS`). */
function headersOf(text = ''): Record<string, string> {
  const pairs = text.split(',').filter((pair) => pair.includes('='))
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())]
    }),
  )
}
