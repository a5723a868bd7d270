import type { Sent } from './api.ts'
import { pause } from './pause.ts'
import type { Signer } from './signer.ts'
import { SpeciesError, afterUnknown, errorOf } from './species-error.ts'

export interface ClientOptions {
  /** The address the marketplace is called by, with the path before its own paths, if there is one. */
  readonly baseUrl: string
  /** The marketplace's public address, where it is called by another one, as on its own machine: signatures cover the public one. */
  readonly publicUrl?: string | undefined
  /** Left out, only what everyone may read is answered. */
  readonly signer?: Signer | undefined
  /** `globalThis.fetch`, or the `fetch` of an app in this process. */
  readonly fetch?: (request: Request, init?: RequestInit) => Promise<Response> | Response
  /** Ms to wait for an answer to one try; default 30 s. */
  readonly timeoutMs?: number
  /** How often a call that may be repeated is sent at most; default 4. */
  readonly tries?: number
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON; text where the answer is none; undefined where it is empty. */
  readonly body: unknown
}

export interface Transport {
  /** One signed call, answered by a success or a thrown {@link SpeciesError}. */
  call(sent: Sent): Promise<Answer>
  /** Opens a stream of server-sent events; whatever comes back is the caller's. */
  open(path: string, signal: AbortSignal): Promise<Response>
}

/** Signs and sends. Each try is signed anew: a nonce is good for one. */
export function createTransport({
  baseUrl,
  publicUrl = baseUrl,
  signer,
  fetch = (request) => globalThis.fetch(request),
  timeoutMs = 30_000,
  tries = 4,
}: ClientOptions): Transport {
  const requestFor = async (
    { method, path, headers }: Pick<Sent, 'method' | 'path' | 'headers'>,
    body: string | undefined,
    signal: AbortSignal,
  ): Promise<Request> => {
    const signature = await signer?.headersFor({ method, url: addressOf(publicUrl, path), body })
    const all = { ...signature, accept: 'application/json', ...headers }
    // A redirect would be signed for another address than it is sent to.
    const init = { method, signal, redirect: 'manual' } as const
    const url = addressOf(baseUrl, path)
    if (body === undefined) return new Request(url, { ...init, headers: all })
    return new Request(url, { ...init, headers: { ...all, 'content-type': 'application/json' }, body })
  }
  const attempt = async (sent: Sent, body: string | undefined): Promise<Answer> => {
    const request = await requestFor(sent, body, AbortSignal.timeout(timeoutMs))
    const answer = await answerOf(async () => await fetch(request))
    if (answer.status >= 200 && answer.status < 300) return answer
    throw errorOf(answer)
  }
  return {
    call: async (sent) => {
      const body = sent.body === undefined ? undefined : JSON.stringify(sent.body)
      return await persist(async () => await attempt(sent, body), sent.repeatable ? tries : 1)
    },
    open: async (path, signal) => {
      const headers = { accept: 'text/event-stream' }
      return await fetch(await requestFor({ method: 'GET', path, headers }, undefined, signal))
    },
  }
}

/** As it is sent: a path goes after that of the base, which is kept. */
function addressOf(base: string, path: string): string {
  return new URL(base.replace(/\/+$/, '') + path).href
}

/** A longer wait than this is the caller's to decide. */
const longestPauseMs = 5_000

/** Tries again after doubling pauses with jitter, not sooner than the answer asks for. */
async function persist(attempt: () => Promise<Answer>, tries: number): Promise<Answer> {
  let isUnknown: boolean = false
  for (let round = 1; ; round++) {
    try {
      return await attempt()
    } catch (failure) {
      if (!(failure instanceof SpeciesError)) throw failure
      const error: SpeciesError = isUnknown ? afterUnknown(failure) : failure
      isUnknown ||= error.outcome === 'unknown'
      const { retryAfterMs = 0 } = failure
      if (round >= tries || !isWorthAnother(failure) || retryAfterMs > longestPauseMs) throw error
      await pause(Math.max(retryAfterMs, 100 * 2 ** round * (0.5 + Math.random())))
    }
  }
}

/** Whether the same may succeed in a moment: no answer, an answer of a proxy on the way, or too much work. */
function isWorthAnother({ code, outcome, retryable }: SpeciesError): boolean {
  return retryable && code !== 'trading_halted' && outcome !== 'refused'
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
