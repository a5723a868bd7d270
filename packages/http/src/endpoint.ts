import type { ErrorCode, OperatorRole, Principal, RequestHeaders, Scope } from '@species/contracts'
import type { z } from 'zod'
import type { AuditSpec, Change } from './audit.ts'

/** One address of the API: its documentation and its rules in one place, so that neither can be forgotten. */
export interface EndpointSpec<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> {
  readonly method: 'get' | 'post' | 'put' | 'delete'
  /** With OpenAPI placeholders: `/marketplace/v1/events/{eventId}`. */
  readonly path: string
  /** What generated clients call it; of one API no two are alike. */
  readonly operationId: string
  readonly tag: keyof typeof tags
  readonly summary: string
  readonly description: string
  /** `public`: everyone. Otherwise the scope the caller's key must have. */
  readonly access: 'public' | Scope
  /** The least role of an operator that may ask it; admin, unless given. */
  readonly role?: OperatorRole
  /** What the audit log says of it. Every operation by which an operator changes something needs it. */
  readonly audit?: AuditSpec<z.infer<NoInfer<Params>>, z.infer<NoInfer<Body>>>
  /** Whether the specification's own HMAC scheme is taken here. */
  readonly specificationScheme?: true
  /** Whether a suspended or frozen user may ask it: what only makes them safer, as revoking a key. Reading they always may. */
  readonly whileSuspended?: true
  /**
   * Answers even while the process takes no more requests, and however often it is asked: what people and probes look at when they
   * wonder what is wrong. Such an answer is cheap, or computed once for all who ask.
   */
  readonly always?: true
  readonly params?: Params
  readonly query?: Query
  /** With examples that would be accepted, by name; a test sends them. */
  readonly body?: { readonly schema: Body; readonly examples: Readonly<Record<string, z.input<NoInfer<Body>>>> }
  readonly requestHeaders?: readonly (keyof typeof requestHeaders)[]
  /** The codes that the handler itself refuses with. Those of the way in are known. */
  readonly problems: readonly ErrorCode[]
  readonly responses: Readonly<Record<number, ResponseSpec>>
}

export interface ResponseSpec {
  readonly description: string
  readonly schema: z.ZodType | 'empty'
  /** JSON, unless said. */
  readonly contentType?: string
  readonly headers?: readonly (keyof typeof responseHeaders)[]
}

/** The groups of operations, with what they are for. */
export const tags = {
  Access: 'Who signed a request.',
  Events: 'What you ask the market to do, and how it stands.',
  Quotes: 'Prices that are fixed for a while, and where to pay.',
  Receipts: 'What came of it, signed.',
  Market: 'What everyone may know of the market.',
  Users: 'What a user has and had.',
  Keys: 'The API keys of a user.',
  Agents: 'Programs that trade for a user, within mandates.',
  Wallets: 'The wallets that a user pays from.',
  'Money out': 'Where your money may be sent, and what is sent.',
  Webhooks: 'Servers of yours that are told what becomes of your events.',
  Health: 'Whether the marketplace works.',
  Administration: 'For operators: users, keys and operators.',
  Configuration: 'For operators: prices, fees, chains and deadlines.',
  Operations: 'For operators: what needs a person.',
} as const

/** Request headers that operations read, beside those of a signature. */
export const requestHeaders = {
  'If-Match': { required: true, description: 'The `ETag` of the version that you read (RFC 9110 section 13.1.1).' },
  'If-None-Match': { description: 'The `ETag` of an answer that you have: 304 where it still holds.' },
  'Species-Confirmation': {
    description:
      'The confirmation of this request by a passkey of yours: passkey.time.assertion; in a sandbox by a second key: keyId.time.signature. See docs/how-to/pay-out.md.',
  },
  'X-API-Key': { description: 'The key id, with the specification’s signature.' },
  'X-Nonce': { description: '16 to 64 characters of A-Z a-z 0-9 _ -, new for each request; with X-Signature.' },
  'X-Timestamp': { description: 'Unix milliseconds, 13 digits; with X-Signature.' },
} as const

/** Headers of answers, with what they say. */
export const responseHeaders = {
  'X-Request-Id': 'Names the request in the log of the marketplace.',
  ETag: 'Names this version of the content.',
  Location: 'Where the event stands.',
  'Retry-After': 'Seconds to wait before the request is sent again.',
  'WWW-Authenticate': 'The scheme to sign with.',
  'Accept-Encoding': 'The content codings of bodies that are taken.',
} as const

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
  /** What counts as one caller where no one has signed: the network that the connection comes from. */
  readonly network: string
  readonly requestId: string
  /** The exact resend of an earlier request: it gets the first answer again and is not executed again. */
  readonly resend: boolean
  /** Tells the audit log what the action changed. Nothing listens where the operation has no audit entry. */
  readonly changed: (change: Change) => void
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
