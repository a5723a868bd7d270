import { Secret } from '@species/platform'
import { PartnerIll } from './resilience.ts'

const maxAnswerBytes = 4 * 1024 * 1024

/** An answer over HTTP as far as it can be trusted: its status, and its JSON where it is JSON. */
export interface JsonAnswer {
  readonly status: number
  readonly body: unknown
}

/**
 * Calls an HTTP API. Throws `PartnerIll` where no answer came or the server says that it cannot answer now (5xx, 429), and another
 * error where its answer to this one question cannot be used: no JSON, too large, broken off, or forbidden (403).
 */
export async function readJson(
  url: string,
  options: {
    method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
    body?: unknown
    headers: Readonly<Record<string, string | Secret>>
    signal: AbortSignal
  },
): Promise<JsonAnswer> {
  const headers = new Headers({ accept: 'application/json' })
  for (const [name, value] of Object.entries(options.headers))
    headers.set(name, value instanceof Secret ? value.reveal() : value)
  if (options.body !== undefined) headers.set('content-type', 'application/json')
  const response = await reach(url, {
    method: options.method ?? 'GET',
    headers,
    signal: options.signal,
    redirect: 'manual',
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  })
  const { status } = response
  if (status >= 500 || status === 429 || status === 403 || (status >= 300 && status < 400)) {
    await response.body?.cancel()
    if (status < 500 && status !== 429) throw new Error(`HTTP ${status}`)
    throw new PartnerIll(`HTTP ${status}`, { retryAfterMs: retryAfterOf(response.headers.get('retry-after')) })
  }
  return { status, body: JSON.parse(await readText(response)) as unknown }
}

/** Seconds, or a date (RFC 9110, section 10.2.3). */
function retryAfterOf(header: string | null): number | undefined {
  if (header === null) return undefined
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now()
  return ms > 0 ? ms : undefined
}

async function reach(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request)
  } catch (error) {
    const { cause } = error as { cause?: unknown }
    throw new PartnerIll(cause instanceof Error ? cause.message : 'no answer', { cause: error })
  }
}

/** Stops reading at the limit: a partner gone mad does not fill our memory. */
async function readText(response: Response): Promise<string> {
  const body: AsyncIterable<Uint8Array> | null = response.body
  if (body === null) return ''
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > maxAnswerBytes) throw new Error('the answer is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** `{}`, and no array and no null. */
export function isEmptyObject(body: unknown): boolean {
  return typeof body === 'object' && body !== null && !Array.isArray(body) && Object.keys(body).length === 0
}
