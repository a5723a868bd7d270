import { randomUUID } from 'node:crypto'
import {
  type AccessRefusal,
  type Action,
  type Principal,
  type RequestHeaders,
  type RequestVerifier,
  type SignedRequest,
  confirmationHeader,
  hasRole,
} from '@species/contracts'
import { Fault, type Result } from '@species/kernel'
import { type Context, Hono } from 'hono'
import type { z } from 'zod'
import { type Logger, type Metrics, SpanKind, failSpans, isTransient, traced, traceparentOf } from '@species/platform'
import type { RateLimiter } from './rate-limiter.ts'
import { type AuditLog, audited, requireAudit } from './audit.ts'
import type { ClientAddress } from './client-address.ts'
import { callerNetwork } from './caller-network.ts'
import { documentationPages } from './documentation.ts'
import type { Endpoint } from './endpoint.ts'
import { type Incoming, incomingOf } from './incoming.ts'
import { openApiDocument, problemsOf } from './openapi.ts'
import { Problem, newRequestId, problemResponse } from './problem.ts'
import { isStorableText, parseStrictJson } from './strict-json.ts'

export interface HttpDeps {
  readonly endpoints: readonly Endpoint[]
  readonly verifier: RequestVerifier
  /** Bounds a principal, and an address that reads what is public. */
  readonly limiter: RateLimiter
  /**
   * Bounds an address before the signature of its request is checked, and generously: many callers may share one. Undefined: it
   * is not bounded.
   */
  readonly addressLimiter?: RateLimiter
  readonly log: Logger
  readonly metrics: Metrics
  /**
   * Checks that an operator has confirmed exactly this request, before they change anything; undefined: nothing is confirmed. What only
   * stops something is not asked for.
   */
  readonly confirmOperator?: (
    principal: Principal,
    action: Action,
    confirmation: string | null,
  ) => Promise<Result<unknown, AccessRefusal>>
  /** Needed where an operator can change something. */
  readonly audit?: AuditLog
  /** The address clients call, as they sign it, without a slash at its end; absent: taken from the request. */
  readonly publicUrl?: string
  /** What the process listens on: beside loopback the one name for which a request may be signed where there is no public URL. */
  readonly host?: string
  /** Tells the client of a request, where proxies are in front; the socket's address, unless given. */
  readonly clientAddress?: ClientAddress
  /** For tests: another bound than {@link maxInFlight}. */
  readonly maxInFlight?: number
}

/**
 * So many requests are worked on at a time; one more is told to come again before anything of it is verified or written. A
 * process answers some 1,500 signed requests a second, so the last of a thousand waits less than a second, and still less than
 * the three seconds of the specification on a machine of a third of that. Together they hold at most 64 MB of bodies. Were there
 * no bound, a flood would be verified, and its nonces stored, for callers who have given up.
 */
export const maxInFlight = 1_000

const anonymous: Principal = { onliId: '', keyId: '', scopes: [] }

/** Every endpoint behind one way in: request id, trace, size, signature, scope, rate, schema, audit; then the handler. */
export function createHttpApp(deps: HttpDeps): Hono {
  requireAudit(deps.endpoints, deps.audit)
  const app = new Hono()
  const slots = createSlots(deps.maxInFlight ?? maxInFlight)
  for (const one of deps.endpoints) {
    app.on(one.spec.method.toUpperCase(), routeOf(one.spec.path), (context) => answer(context, one, deps, slots))
  }
  const specs = deps.endpoints.map((one) => one.spec)
  const pages = documentationPages(() => openApiDocument(specs, deps.publicUrl))
  for (const page of pages)
    app.get(routeOf(page.path), (context) => answerReader(context, deps, () => page.answer(context.req.path)))
  const addresses = [...specs, ...pages.map(({ path }) => ({ path, method: 'get' }))]
  app.notFound((context) => answerReader(context, deps, () => refuseAddress(context, addresses)))
  return app
}

/** An OpenAPI path as the router takes it. */
function routeOf(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1')
}

/** Nothing is there, or it does not answer that method. */
function refuseAddress({ req }: Context, addresses: readonly Address[]): never {
  const allow = methodsAt(addresses, req.path)
  if (allow === undefined)
    throw new Problem('not_found', `There is nothing at ${req.path}. See /docs for what there is.`)
  throw new Problem('method_not_allowed', `${req.path} does not answer ${req.method}. See /docs.`, {
    headers: { allow },
  })
}

async function answer(context: Context, one: Endpoint, deps: HttpDeps, slots: Slots): Promise<Response> {
  const request = contextOf(context, deps)
  const { method, path: route } = one.spec
  // Probes are asked every few seconds, and set nothing off.
  if (one.spec.always === true) return await answerTimed(context, one, deps, { slots, request })
  const attributes = { 'http.request.method': method.toUpperCase(), 'http.route': route }
  const subject = { trace: request.traceGiven ?? '', attributes }
  return await traced(`${method.toUpperCase()} ${route}`, SpanKind.SERVER, [subject], async (spans) => {
    const trace = traceparentOf(spans[0]) ?? request.trace
    const response = await answerTimed(context, one, deps, { slots, request: { ...request, trace } })
    for (const span of spans) span.setAttribute('http.response.status_code', response.status)
    if (response.status >= 500) failSpans(spans, String(response.status))
    return response
  })
}

async function answerTimed(
  context: Context,
  one: Endpoint,
  deps: HttpDeps,
  { slots, request }: { slots: Slots; request: RequestContext },
): Promise<Response> {
  const started = performance.now()
  let response: Response
  try {
    // A slot is taken when the body is there: a slow sender blocks no other request.
    const bytes = await request.incoming.body()
    const work = (): Promise<Response> => handle(context, one, deps, { ...request, bytes })
    response = one.spec.always === true ? await work() : await slots.during(work)
    // The answer to HEAD has no body: what it would be read from, as a live stream, is not opened.
    if (context.req.method === 'HEAD') await response.body?.cancel()
    response.headers.set('x-request-id', request.requestId)
    // Its address is the same for all users, and no cache knows a signature (RFC 9111 section 3).
    if (one.spec.access !== 'public' && !response.headers.has('cache-control'))
      response.headers.set('cache-control', 'no-store')
  } catch (error) {
    const problem = asProblem(error, request, deps.log)
    if (!problemsOf(one.spec).has(problem.code))
      deps.log.error(
        { requestId: request.requestId, code: problem.code, operationId: one.spec.operationId },
        undocumented,
      )
    deps.metrics.refusalTotal.inc({ code: problem.code, seen: 'request' })
    response = problemResponse(problem, request)
  }
  const seconds = (performance.now() - started) / 1_000
  const { method, path: route } = one.spec
  deps.metrics.httpSeconds.observe({ method, route, status: String(response.status) }, seconds)
  if (route.startsWith('/api/mcp')) deps.metrics.mcpSeconds.observe(seconds)
  return response
}

const undocumented = 'an operation answered a problem that its document does not name'

interface Slots {
  during<T>(work: () => Promise<T>): Promise<T>
}

function createSlots(bound: number): Slots {
  let taken = 0
  return {
    async during(work) {
      if (taken >= bound) {
        const detail = 'The request was not looked at, and nothing was changed. Send the same request again.'
        throw new Problem('overloaded', detail, { retryAfterSeconds: 1 })
      }
      taken++
      try {
        return await work()
      } finally {
        taken--
      }
    },
  }
}

interface RequestContext {
  readonly incoming: Incoming
  readonly requestId: string
  readonly baseUrl: string
  /** W3C `traceparent` that what this request sets off carries. */
  readonly trace: string
  /** The one that the caller sent. */
  readonly traceGiven: string | undefined
}

async function handle(
  context: Context,
  one: Endpoint,
  deps: HttpDeps,
  request: RequestContext & { bytes: Uint8Array },
): Promise<Response> {
  const { spec } = one
  const { incoming, bytes } = request
  let principal = anonymous
  let resend = false
  const encoding = incoming.headers.get('content-encoding')
  if (encoding !== null && encoding.toLowerCase() !== 'identity')
    throw new Problem('unsupported_media_type', 'Send the body as it is, without `Content-Encoding`.')
  if (spec.always !== true)
    await limit(
      spec.access === 'public' ? deps.limiter : deps.addressLimiter,
      `address:${callerNetwork(incoming.remoteAddress)}`,
    )
  if (spec.access !== 'public') {
    const verified = await deps.verifier.verify(
      signedRequestOf(context.req.method, spec, deps, request),
      (caller, freshUntilMs) => limit(deps.limiter, bucketOf(caller), freshUntilMs),
    )
    if (!verified.ok) throw new Problem(verified.refusal.code, verified.refusal.detail)
    principal = verified.value.principal
    resend = verified.value.resend
    if (!principal.scopes.includes(spec.access)) {
      throw new Problem('forbidden', `This key lacks the scope \`${spec.access}\`. Create one that has it.`)
    }
  }
  const least = spec.access === 'operator' ? (spec.role ?? 'admin') : undefined
  if (least !== undefined && !hasRole(principal.role, least))
    throw new Problem('forbidden', `This takes an operator with the role \`${least}\`, or one above it.`)
  const rawBody = new TextDecoder().decode(bytes)
  // Only one route knows a resend; elsewhere the same request again is a replay.
  if (resend && spec.specificationScheme !== true)
    throw new Problem('replayed_nonce', 'Make a new nonce for every request that is not the same event again.')
  const call = {
    principal,
    resend,
    rawBody,
    params: parsed(spec.params, storable(context.req.param(), 'path'), 'path'),
    query: parsed(spec.query, storable(context.req.query(), 'query'), 'query'),
    body: spec.body ? parsed(spec.body.schema, jsonOf(spec, incoming.headers, rawBody), 'body') : undefined,
    headers: incoming.headers,
    get signal() {
      return context.req.raw.signal
    },
    trace: request.trace,
    network: callerNetwork(incoming.remoteAddress),
    requestId: request.requestId,
    changed: () => undefined,
  }
  const { audit, log } = deps
  if (!spec.audit || !audit) return await one.handle(call)
  const confirmOperator = spec.audit.stops === true ? undefined : deps.confirmOperator
  return await audited({ audit, log }, spec.audit, call, async (changed) => {
    if (confirmOperator) {
      const action = { method: context.req.method, path: context.req.path, body: rawBody }
      const said = await confirmOperator(principal, action, incoming.headers.get(confirmationHeader))
      if (!said.ok) throw new Problem(said.refusal.code, said.refusal.detail)
    }
    return await one.handle(Object.assign(call, { changed }))
  })
}

/** Each user has a limit of their own, and each operator: one who asks too often stops no other. */
function bucketOf({ onliId, operatorId }: Principal): string {
  return operatorId === undefined ? `principal:${onliId}` : `principal:operator/${operatorId}`
}

/** What an operator writes others read in a terminal, before they approve it: it is text on one line, and nothing that moves a cursor. */
const unprintable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

function jsonOf({ access }: Endpoint['spec'], headers: RequestHeaders, rawBody: string): unknown {
  const value = readJson(headers, rawBody)
  if (access === 'operator' && hasText(value, unprintable))
    throw new Problem('invalid_request', 'The body holds control characters. Write text on one line.')
  return value
}

function hasText(value: unknown, wanted: RegExp): boolean {
  if (typeof value === 'string') return wanted.test(value)
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, one]) => wanted.test(name) || hasText(one, wanted))
}

function readJson(headers: RequestHeaders, rawBody: string): unknown {
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw new Problem('unsupported_media_type', 'Send `Content-Type: application/json`.')
  const value = parseStrictJson(rawBody)
  if (!value.ok) throw new Problem(value.refusal.code, value.refusal.detail)
  return value.value
}

/** What no table can hold is in none: the database is not asked for it. */
function storable(values: Readonly<Record<string, string>>, where: string): Readonly<Record<string, string>> {
  if (Object.entries(values).flat().every(isStorableText)) return values
  throw new Problem('invalid_request', `The ${where} holds NUL or half a surrogate pair.`)
}

function parsed(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (!schema) return undefined
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issues = result.error.issues.slice(0, 20).map((issue) => ({
    field: issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue.path.join('.'),
    message: issue.message,
  }))
  const amount = issues.some((issue) => issue.field === 'amount')
  const [first] = issues
  throw new Problem(
    amount ? 'invalid_amount' : 'invalid_request',
    `The ${where} does not fit: ${first?.field ?? ''} ${first?.message ?? ''}`.trim(),
    { issues },
  )
}

/** The request as its signature covers it. Throws where it is addressed to a name that need not be ours. */
function signedRequestOf(
  method: string,
  spec: Endpoint['spec'],
  deps: HttpDeps,
  { incoming, bytes, baseUrl }: RequestContext & { bytes: Uint8Array },
): SignedRequest {
  if (deps.publicUrl === undefined && !incoming.isOwnHost)
    throw new Problem(
      'invalid_signature',
      'This server does not know that name as its own. Call it as localhost or by its IP address, or set SPECIES_PUBLIC_URL there.',
    )
  return {
    method,
    url: baseUrl + incoming.target,
    headers: incoming.headers,
    body: bytes,
    allowSpecificationScheme: spec.specificationScheme === true,
    ...(spec.whileSuspended === true ? { whileSuspended: true } : {}),
  }
}

/**
 * Throws where there were too many requests. `freshUntilMs`: the request was signed and its nonce is not stored, so that the same
 * one may be sent again until then.
 */
async function limit(limiter: RateLimiter | undefined, key: string, freshUntilMs?: number): Promise<void> {
  const answer = await limiter?.take(key)
  if (!answer || answer.allowed) return
  const { retryAfterSeconds } = answer
  const again = `Try again in ${retryAfterSeconds} s.`
  if (freshUntilMs === undefined) throw new Problem('rate_limited', again, { retryAfterSeconds })
  const sameRequestUntil = new Date(freshUntilMs).toISOString()
  throw new Problem(
    'rate_limited',
    `${again} No nonce was used: the very same request, as it is signed, may be sent again until ${sameRequestUntil}.`,
    { retryAfterSeconds, members: { sameRequestUntil } },
  )
}

/** Answers what needs no key and is no endpoint. Its reader is bounded by address. */
async function answerReader(
  context: Context,
  deps: HttpDeps,
  page: () => Promise<Response> | Response,
): Promise<Response> {
  const request = contextOf(context, deps)
  try {
    await limit(deps.limiter, `address:${callerNetwork(request.incoming.remoteAddress)}`)
    return await page()
  } catch (error) {
    return problemResponse(asProblem(error, request, deps.log), request)
  }
}

function asProblem(error: unknown, request: RequestContext, log: Logger): Problem {
  if (error instanceof Problem) return error
  if (error instanceof Fault && error.retryable) {
    log.warn({ requestId: request.requestId, err: error }, 'request met a fault')
    return new Problem('service_unavailable', error.publicMessage, { retryAfterSeconds: 1 })
  }
  if (isTransient(error)) {
    log.warn({ requestId: request.requestId, err: error }, 'request failed: a dependency is unavailable')
    return new Problem('service_unavailable', 'A dependency is temporarily unavailable. Send the same request again.', {
      retryAfterSeconds: 1,
    })
  }
  log.error({ requestId: request.requestId, err: error }, 'request failed')
  return new Problem('internal_error', 'It is logged under this request id. Sending the same request again is safe.')
}

const traceparent = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

function contextOf(context: Context, deps: HttpDeps): RequestContext {
  const incoming = incomingOf(context, deps)
  const sent = incoming.headers.get('traceparent')
  const traceGiven = sent !== null && traceparent.test(sent) ? sent : undefined
  // Node keeps randomness for these, which costs a third of asking for each.
  const [id, traceId] = [randomUUID(), randomUUID()].map((uuid) => uuid.replaceAll('-', '')) as [string, string]
  return {
    incoming,
    requestId: newRequestId(id),
    trace: traceGiven ?? `00-${traceId}-${id.slice(16)}-01`,
    traceGiven,
    baseUrl: deps.publicUrl ?? incoming.origin,
  }
}

type Address = Pick<Endpoint['spec'], 'path'> & { readonly method: string }

/** What an address answers, as `Allow` says it (RFC 9110, section 10.2.1). */
function methodsAt(addresses: readonly Address[], path: string): string | undefined {
  const methods = addresses.filter((one) => matches(one.path, path)).map((one) => one.method.toUpperCase())
  if (methods.length === 0) return undefined
  return [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : method)))].join(', ')
}

function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/')
  const got = path.split('/')
  return wanted.length === got.length && wanted.every((part, index) => part.startsWith('{') || part === got[index])
}
