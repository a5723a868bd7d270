import type { Principal, RequestHeaders, Scope } from '@species/contracts'
import type { z } from 'zod'

/** One address of the API: its documentation and its rules in one place, so that neither can be forgotten. */
export interface EndpointSpec<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> {
  readonly method: 'get' | 'post' | 'put' | 'delete'
  /** With OpenAPI placeholders: `/marketplace/v1/events/{eventId}`. */
  readonly path: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  /** `public`: anybody. Otherwise the scope the caller's key must have. */
  readonly access: 'public' | Scope
  /** Whether the specification's own HMAC scheme is taken here. */
  readonly specificationScheme?: true
  /**
   * Answers even while the process takes no more requests, and however often it is asked: what people and probes look at when they
   * wonder what is wrong. Such an answer is cheap, or computed once for all who ask.
   */
  readonly always?: true
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  readonly responses: Readonly<Record<number, { description: string; schema?: z.ZodType; contentType?: string }>>
}

export interface Call<Params, Query, Body> {
  /** Present wherever `access` is not public. */
  readonly principal: Principal
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly rawBody: string
  readonly headers: RequestHeaders
  readonly signal: AbortSignal
  readonly trace: string
  readonly requestId: string
  /** The exact resend of an earlier request: it gets the first answer again and is not executed again. */
  readonly resend: boolean
}

export interface Endpoint {
  readonly spec: EndpointSpec<z.ZodType, z.ZodType, z.ZodType>
  handle(call: Call<unknown, unknown, unknown>): Promise<Response> | Response
}

/** Declares an endpoint with a handler that gets what its schemas promise. */
export function endpoint<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  spec: EndpointSpec<Params, Query, Body>,
  handle: (call: Call<z.infer<Params>, z.infer<Query>, z.infer<Body>>) => Promise<Response> | Response,
): Endpoint {
  return { spec, handle: handle }
}

/** Answers with JSON; quantities become strings of digits. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  const text = JSON.stringify(body, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
  return new Response(text, { status, headers: { 'content-type': 'application/json', ...headers } })
}
