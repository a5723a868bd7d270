import { setTimeout as pause } from 'node:timers/promises'
import type { Signer } from './signer.ts'
import { SpeciesError, errorOf } from './species-error.ts'
import { type EndView, type WaitOptions, waitForEnd } from './wait-for-end.ts'

export interface ClientOptions {
  /** The address the marketplace is called by: signatures cover it. */
  readonly baseUrl: string
  readonly signer: Signer
  /** `globalThis.fetch`, or the `fetch` of an app in this process. */
  readonly fetch?: (request: Request) => Promise<Response> | Response
  /** Ms to wait for an answer to one try; default 30 s. */
  readonly timeoutMs?: number
}

export interface Answer<Body = unknown> {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
}

type Query = Readonly<Record<string, string | number | undefined>>

/** An event as the API takes it; the whole form is in its OpenAPI document. */
export interface EventToSubmit {
  readonly eventId: string
  readonly from: string
  readonly [field: string]: unknown
}

export interface Client {
  /** One signed call. Throws {@link SpeciesError} for every answer that is not a success. Only reads are tried again. */
  request(method: string, path: string, body?: unknown): Promise<Answer>
  /** Submits an event. Tried again under the same `eventId` where no answer came, so that it happens once. */
  submitEvent(event: EventToSubmit): Promise<Answer>
  getEvent(eventId: string): Promise<Answer>
  /** Waits until the event has ended, by its live stream or by asking. Throws `still_waiting` when the time is over. */
  waitForEnd(eventId: string, options?: WaitOptions): Promise<EndView>
  getReceipt(id: string): Promise<Answer>
  listings(query?: Query): Promise<Answer>
  balance(onliId: string): Promise<Answer>
  transactions(onliId: string, query?: Query): Promise<Answer>
}

/** Calls the marketplace's public API as the owner of a key. */
export function createClient(options: ClientOptions): Client {
  const { fetch = globalThis.fetch, timeoutMs = 30_000 } = options

  /** Signed anew each time: a nonce is good for one try. */
  const send = async (
    method: string,
    path: string,
    text: string | undefined,
    accept: string,
    signal: AbortSignal,
  ): Promise<Response> => {
    const url = new URL(path, options.baseUrl).href
    const headers = await options.signer.headersFor({ method, url, body: text })
    const content = text === undefined ? {} : { 'content-type': 'application/json' }
    const init = {
      method,
      headers: { ...headers, ...content, accept },
      signal,
      ...(text === undefined ? {} : { body: text }),
    }
    return await fetch(new Request(url, init))
  }
  const attempt = async (method: string, path: string, text: string | undefined): Promise<Answer> => {
    try {
      const response = await send(method, path, text, 'application/json', AbortSignal.timeout(timeoutMs))
      const body = await bodyOf(response)
      if (response.ok) return { status: response.status, headers: response.headers, body }
      throw errorOf(response.status, response.headers, body)
    } catch (error) {
      if (error instanceof SpeciesError) throw error
      throw new SpeciesError(
        {
          code: 'network_error',
          status: 0,
          detail: 'No answer came: what was sent may have been done.',
          retryable: true,
        },
        { cause: error },
      )
    }
  }
  const call = async (method: string, path: string, body: unknown, repeatable: boolean): Promise<Answer> => {
    const text = body === undefined ? undefined : JSON.stringify(body)
    return await persist(async () => await attempt(method, path, text), repeatable)
  }
  const get = async (path: string, query: Query = {}): Promise<Answer> =>
    await call('GET', path + searchOf(query), undefined, true)
  const getEvent = async (eventId: string): Promise<Answer> =>
    await get(`/marketplace/v1/events/${encodeURIComponent(eventId)}`)

  return {
    request: async (method, path, body) => await call(method, path, body, method === 'GET' || method === 'HEAD'),
    submitEvent: async (event) => await call('POST', '/marketplace/v1/events', event, true),
    getEvent,
    waitForEnd: async (eventId, wait = {}) => {
      const stream = async (signal: AbortSignal): Promise<Response> =>
        await send(
          'GET',
          `/marketplace/v1/events/${encodeURIComponent(eventId)}/stream`,
          undefined,
          'text/event-stream',
          signal,
        )
      return await waitForEnd({ stream, read: async () => (await getEvent(eventId)).body }, eventId, wait)
    },
    getReceipt: async (id) => await get(`/marketplace/v1/receipts/${encodeURIComponent(id)}`),
    listings: async (query) => await get('/marketplace/v1/listings', query),
    balance: async (onliId) => await get(`/marketplace/v1/users/${encodeURIComponent(onliId)}/balance`),
    transactions: async (onliId, query) =>
      await get(`/marketplace/v1/users/${encodeURIComponent(onliId)}/transactions`, query),
  }
}

const tries = 4
const passing = new Set(['network_error', 'service_unavailable', 'overloaded', 'rate_limited'])

/** Tries again what may be sent twice, after doubling pauses with jitter. */
async function persist(attempt: () => Promise<Answer>, repeatable: boolean): Promise<Answer> {
  for (let round = 1; ; round++) {
    try {
      return await attempt()
    } catch (error) {
      const again = repeatable && round < tries && error instanceof SpeciesError && passing.has(error.code)
      if (!again) throw error
      await pause(100 * 2 ** round * (0.5 + Math.random()))
    }
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text()
  if (text === '') return undefined
  if (!/\bjson\b/.test(response.headers.get('content-type') ?? '')) return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text // a proxy on the way that claims JSON: the status says enough
  }
}

function searchOf(query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const search = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString()
  return search === '' ? '' : `?${search}`
}
