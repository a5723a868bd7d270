import { Secret } from '@species/runtime'

const maxAnswerBytes = 4 * 1024 * 1024

/** An answer over HTTP as far as it can be trusted: its status, and its JSON where it is JSON. */
export interface JsonAnswer {
  readonly status: number
  readonly body: unknown
}

/** Calls an HTTP API. Throws where no answer came, where it was a fault of the server's (5xx, 429), or no JSON. */
export async function readJson(
  url: string,
  options: {
    method?: 'GET' | 'POST'
    body?: unknown
    headers: Readonly<Record<string, string | Secret>>
    signal: AbortSignal
  },
): Promise<JsonAnswer> {
  const headers = new Headers({ accept: 'application/json' })
  for (const [name, value] of Object.entries(options.headers))
    headers.set(name, value instanceof Secret ? value.reveal() : value)
  if (options.body !== undefined) headers.set('content-type', 'application/json')
  const response = await fetch(url, {
    method: options.method ?? 'GET',
    headers,
    signal: options.signal,
    redirect: 'error',
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  })
  const text = await readText(response)
  if (response.status >= 500 || response.status === 429 || response.status === 403)
    throw new Error(`HTTP ${response.status}`)
  return { status: response.status, body: JSON.parse(text) as unknown }
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
