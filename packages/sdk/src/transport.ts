import { setTimeout as pause } from 'node:timers/promises'
import type { Signer } from './signer.ts'
import { SpeciesError, errorOf } from './species-error.ts'

export interface ClientOptions {
  /** The address the marketplace is called by, with the path before its own paths, if there is one. */
  readonly baseUrl: string
  /** The marketplace's public address, where it is called by another one, as on its own machine: signatures cover the public one. */
  readonly publicUrl?: string | undefined
  readonly signer: Signer
  /** `globalThis.fetch`, or the `fetch` of an app in this process. */
  readonly fetch?: (request: Request, init?: RequestInit) => Promise<Response> | Response
  /** Ms to wait for an answer to one try; default 30 s. */
  readonly timeoutMs?: number
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON; text where the answer is none; undefined where it is empty. */
  readonly body: unknown
}

export interface Transport {
  /** One signed call, answered by a success or a thrown {@link SpeciesError}. `repeatable`: may be sent again. */
  call(
    method: string,
    path: string,
    body: unknown,
    repeatable: boolean,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>
  /** Opens a stream of server-sent events; whatever comes back is the caller's. */
  open(path: string, signal: AbortSignal): Promise<Response>
}

/** Signs and sends. Each try is signed anew: a nonce is good for one. */
export function createTransport({
  baseUrl,
  publicUrl = baseUrl,
  signer,
  fetch = globalThis.fetch,
  timeoutMs = 30_000,
}: ClientOptions): Transport {
  const signed = async (
    method: string,
    path: string,
    text: string | undefined,
    accept: string,
    signal: AbortSignal,
  ): Promise<Request> => {
    const url = addressOf(baseUrl, path)
    const signature = await signer.headersFor({ method, url: addressOf(publicUrl, path), body: text })
    const headers = { ...signature, accept }
    if (text === undefined) return new Request(url, { method, headers, signal })
    return new Request(url, { method, headers: { ...headers, 'content-type': 'application/json' }, signal, body: text })
  }
  const attempt = async (
    method: string,
    path: string,
    text: string | undefined,
    more: Readonly<Record<string, string>>,
  ): Promise<Answer> => {
    const request = await signed(method, path, text, 'application/json', AbortSignal.timeout(timeoutMs))
    for (const [name, value] of Object.entries(more)) request.headers.set(name, value)
    const answer = await answerOf(async () => await fetch(request))
    if (answer.status >= 200 && answer.status < 300) return answer
    throw errorOf(answer)
  }
  return {
    call: async (method, path, body, repeatable, headers = {}) => {
      const text = body === undefined ? undefined : JSON.stringify(body)
      return await persist(async () => await attempt(method, path, text, headers), repeatable)
    },
    open: async (path, signal) => await fetch(await signed('GET', path, undefined, 'text/event-stream', signal)),
  }
}

/** As it is sent: a path goes after that of the base, which is kept. */
function addressOf(base: string, path: string): string {
  return new URL(base.replace(/\/+$/, '') + path).href
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

async function answerOf(send: () => Promise<Response>): Promise<Answer> {
  try {
    const response = await send()
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: bodyOf(text, response.headers) }
  } catch (error) {
    const detail = 'No answer came: what was sent may have been done.'
    throw new SpeciesError({ code: 'network_error', status: 0, detail, retryable: true }, { cause: error })
  }
}

function bodyOf(text: string, headers: Headers): unknown {
  if (text === '') return undefined
  if (!/\bjson\b/.test(headers.get('content-type') ?? '')) return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text // a proxy on the way that claims JSON: the status says enough
  }
}
