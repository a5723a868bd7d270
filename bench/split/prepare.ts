import { createHash, createHmac, createPrivateKey, type KeyObject, randomBytes, sign } from 'node:crypto'

export type BenchKey =
  | { readonly keyId: string; readonly alg: 'hmac'; readonly secret: string }
  | { readonly keyId: string; readonly alg: 'ed25519'; readonly privateKey: string }

/** A request that waits to be sent: signed as the SDK signs (RFC 9421, RFC 9530), and written out as bytes. */
export interface PreparedRequest {
  readonly eventId: string
  readonly bytes: string
}

/** Prepares the sending of an event. A signature is fresh for five minutes: prepare no more than is sent by then. */
export function prepareEvent(baseUrl: string, key: BenchKey, event: { eventId: string }): PreparedRequest {
  const body = JSON.stringify(event)
  const url = new URL('/marketplace/v1/events', baseUrl)
  const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`
  const head = [
    `POST ${url.pathname} HTTP/1.1`,
    `host: ${url.host}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    `content-digest: ${digest}`,
    ...signed(key, 'POST', url, digest),
  ]
  return { eventId: event.eventId, bytes: `${head.join('\r\n')}\r\n\r\n${body}` }
}

/** Prepares the reading of a page. */
export function prepareRead(baseUrl: string, key: BenchKey, path: string): string {
  const url = new URL(path, baseUrl)
  const head = [`GET ${url.pathname}${url.search} HTTP/1.1`, `host: ${url.host}`, ...signed(key, 'GET', url, undefined)]
  return `${head.join('\r\n')}\r\n\r\n`
}

function signed(key: BenchKey, method: string, url: URL, digest: string | undefined): [string, string] {
  const alg = key.alg === 'hmac' ? 'hmac-sha256' : 'ed25519'
  const created = Math.floor(Date.now() / 1_000)
  const nonce = randomBytes(24).toString('base64url')
  const fields = digest === undefined ? '"@method" "@target-uri"' : '"@method" "@target-uri" "content-digest"'
  const parameters = `(${fields});created=${created};nonce="${nonce}";keyid="${key.keyId}";alg="${alg}"`
  const base = [
    `"@method": ${method}`,
    `"@target-uri": ${url.href}`,
    ...(digest === undefined ? [] : [`"content-digest": ${digest}`]),
    `"@signature-params": ${parameters}`,
  ].join('\n')
  const signature =
    key.alg === 'hmac'
      ? createHmac('sha256', key.secret).update(base).digest('base64')
      : sign(null, Buffer.from(base), privateKeyOf(key.privateKey)).toString('base64')
  return [`signature-input: sig=${parameters}`, `signature: sig=:${signature}:`]
}

const opened = new Map<string, KeyObject>()
function privateKeyOf(pkcs8: string): KeyObject {
  const known = opened.get(pkcs8)
  if (known) return known
  const key = createPrivateKey({ key: Buffer.from(pkcs8, 'base64url'), format: 'der', type: 'pkcs8' })
  opened.set(pkcs8, key)
  return key
}
