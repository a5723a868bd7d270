import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanKind,
  SpanStatusCode,
  context,
  createContextKey,
  isSpanContextValid,
  trace,
} from '@opentelemetry/api'

export { SpanKind } from '@opentelemetry/api'

/** One subject of a piece of work: the trace that it belongs to, and what the span says of it. */
export interface Traced {
  /** W3C `traceparent` of the request that set it off. */
  readonly trace: string
  readonly attributes?: Attributes
}

const activeSpans = createContextKey('the spans of what is being worked on')

/**
 * Works, with one span for each subject: a batch is a part of the trace of each of its events. An error ends the spans as failed.
 * Without an SDK of OpenTelemetry in the process this costs one span that goes nowhere.
 *
 * @example
 *   await traced('process validator', SpanKind.CONSUMER, batch.map(({ trace }) => ({ trace })), () => consumer.handle(batch))
 */
export async function traced<T>(
  name: string,
  kind: SpanKind,
  subjects: readonly Traced[],
  work: (spans: readonly Span[]) => Promise<T>,
): Promise<T> {
  const [first, ...others] = subjects
  if (!first) return await work([])
  const spans = [spanOf(name, kind, first)]
  // Where nothing is recorded, nothing is made for the others.
  if (spans[0]?.isRecording() !== true) return await work([])
  spans.push(...others.map((one) => spanOf(name, kind, one)))
  return await during(spans, work)
}

/** Works, with a span below each one that is active, as for a call to a partner. Outside of {@link traced} there is none. */
export async function tracedWithin<T>(
  name: string,
  kind: SpanKind,
  attributes: Attributes,
  work: (spans: readonly Span[]) => Promise<T>,
): Promise<T> {
  const above = spansNow()
  if (above.length === 0) return await work([])
  const spans = above.map((parent) =>
    tracer().startSpan(name, { kind, attributes }, trace.setSpan(ROOT_CONTEXT, parent)),
  )
  return await during(spans, work)
}

/** W3C `traceparent` of a span: what is sent on so that others add to its trace. Undefined where none is recorded. */
export function traceparentOf(span: Span | undefined): string | undefined {
  if (!span?.isRecording()) return undefined
  const { traceId, spanId, traceFlags } = span.spanContext()
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
}

/** The trace that is being worked on; undefined where there is none, or where a batch works on several. */
export function traceIdNow(): string | undefined {
  const ids = new Set(spansNow().map((span) => span.spanContext().traceId))
  return ids.size === 1 ? [...ids][0] : undefined
}

/** Marks spans as failed by what is not an error of the program, as an answer with a status of 500. */
export function failSpans(spans: readonly Span[], message: string): void {
  for (const span of spans) span.setStatus({ code: SpanStatusCode.ERROR, message })
}

async function during<T>(spans: readonly Span[], work: (spans: readonly Span[]) => Promise<T>): Promise<T> {
  try {
    return await context.with(context.active().setValue(activeSpans, spans), () => work(spans))
  } catch (error) {
    // The name alone: a message may quote what a user sent.
    failSpans(spans, error instanceof Error ? error.name : 'unknown')
    throw error
  } finally {
    for (const span of spans) span.end()
  }
}

const tracer = () => trace.getTracer('species')

function spanOf(name: string, kind: SpanKind, { trace: traceparent, attributes = {} }: Traced): Span {
  return tracer().startSpan(name, { kind, attributes }, contextOf(traceparent))
}

/** `00-<trace>-<span>-<flags>` (W3C Trace Context, section 3.2). What does not fit begins a trace of its own. */
function contextOf(traceparent: string): Context {
  const [version, traceId = '', spanId = '', flags = ''] = traceparent.split('-')
  const spanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true }
  if (version !== '00' || !isSpanContextValid(spanContext)) return ROOT_CONTEXT
  return trace.setSpanContext(ROOT_CONTEXT, spanContext)
}

function spansNow(): readonly Span[] {
  return (context.active().getValue(activeSpans) as readonly Span[] | undefined) ?? []
}
