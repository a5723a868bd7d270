import { type BrowserKey, base64, base64url, readKey } from './key-store.ts'

/** A refusal of the API (RFC 9457), or that no answer came. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly status: number
  /** Whether the same may succeed when it is sent again. */
  readonly isRetryable: boolean
  readonly requestId: string | undefined

  constructor(problem: {
    code: string
    title: string
    detail: string
    status: number
    isRetryable: boolean
    requestId?: string | undefined
  }) {
    super(problem.detail)
    this.code = problem.code
    this.title = problem.title
    this.detail = problem.detail
    this.status = problem.status
    this.isRetryable = problem.isRetryable
    this.requestId = problem.requestId
  }
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** `no`: public, nothing is signed. */
  readonly signed?: 'yes' | 'no'
  readonly signal?: AbortSignal
}

/** One call of the API by this browser's key; parsed JSON. Throws {@link ApiError}. */
export async function api<T>(path: string, call: Call = {}): Promise<T> {
  const response = await send(path, call)
  const text = await response.text()
  return (text === '' ? undefined : JSON.parse(text)) as T
}

/** The same, with the answer as it comes: for streams. */
export async function send(path: string, call: Call = {}): Promise<Response> {
  const { method = 'GET', body, signed = 'yes', signal } = call
  const text = body === undefined ? undefined : JSON.stringify(body)
  const headers: Record<string, string> = { accept: 'application/json', ...call.headers }
  if (text !== undefined) headers['content-type'] = 'application/json'
  if (signed === 'yes') Object.assign(headers, await signatureOf({ method, path, text }))
  const response = await fetch(path, {
    method,
    headers,
    cache: 'no-store',
    redirect: 'error',
    ...(text === undefined ? {} : { body: text }),
    ...(signal ? { signal } : {}),
  }).catch((error: unknown) => {
    if (signal?.aborted === true) throw error
    throw noAnswer
  })
  if (response.ok) return response
  const error = await errorOf(response)
  const confirmed = error.code === 'confirmation_required' ? await confirmer?.({ method, path, body }) : undefined
  if (confirmed === undefined) throw error
  return await send(path, { ...call, headers: { ...call.headers, ...confirmed } })
}

/** Asks the person to confirm a request. The headers that say so; undefined: they did not. */
export type Confirmer = (request: {
  readonly method: NonNullable<Call['method']>
  readonly path: string
  readonly body: unknown
}) => Promise<Readonly<Record<string, string>> | undefined>

let confirmer: Confirmer | undefined

/** Names who is asked where the marketplace wants a request confirmed. It is then sent again, once, with the confirmation. */
export function setConfirmer(to: Confirmer | undefined): void {
  confirmer = to
}

const noAnswer = new ApiError({
  code: 'network_error',
  title: 'No answer came',
  detail:
    'The marketplace could not be reached. What you sent may have been done: look at your events before you send it anew.',
  status: 0,
  isRetryable: true,
})

const notSignedIn = new ApiError({
  code: 'not_signed_in',
  title: 'You are not signed in',
  detail: 'Sign in first. Your browser then signs what you ask with a key of its own.',
  status: 401,
  isRetryable: false,
})

async function signatureOf(request: { method: string; path: string; text: string | undefined }): Promise<object> {
  const key = await readKey()
  if (!key) throw notSignedIn
  return await sign(key, request)
}

/** Signs by RFC 9421: method, whole address and, through `Content-Digest` (RFC 9530), the body. */
async function sign(
  key: BrowserKey,
  { method, path, text }: { method: string; path: string; text: string | undefined },
): Promise<Record<string, string>> {
  const digest = text === undefined ? undefined : `sha-256=:${base64(await sha256(text))}:`
  const covered: [name: string, value: string][] = [
    ['@method', method],
    ['@target-uri', location.origin + path],
    ...(digest === undefined ? [] : [['content-digest', digest] as [string, string]]),
  ]
  const nonce = base64url(crypto.getRandomValues(new Uint8Array(24)))
  const parameters = `(${covered.map(([name]) => `"${name}"`).join(' ')});created=${Math.floor(Date.now() / 1_000)};nonce="${nonce}";keyid="${key.keyId}";alg="ed25519"`
  const base = [...covered, ['@signature-params', parameters]].map(([name, value]) => `"${name}": ${value}`).join('\n')
  const signature = await crypto.subtle.sign('Ed25519', key.privateKey, new TextEncoder().encode(base))
  return {
    'signature-input': `sig=${parameters}`,
    signature: `sig=:${base64(new Uint8Array(signature))}:`,
    ...(digest === undefined ? {} : { 'content-digest': digest }),
  }
}

export async function sha256(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}

async function errorOf(response: Response): Promise<ApiError> {
  const document = (await response.json().catch(() => ({}))) as Record<string, unknown>
  const text = (name: string): string | undefined => {
    const value = document[name]
    return typeof value === 'string' ? value : undefined
  }
  return new ApiError({
    code: text('code') ?? 'unexpected_answer',
    title: text('title') ?? 'An unexpected answer',
    detail: text('detail') ?? `The answer was ${response.status} and gave no reason.`,
    status: response.status,
    isRetryable: document['retryable'] === true,
    requestId: text('requestId') ?? response.headers.get('x-request-id') ?? undefined,
  })
}
