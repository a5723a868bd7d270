import type { WebhookAnswer, WebhookFailure, WebhookSender } from '@species/contracts'
import { Agent, type Dispatcher, request } from 'undici'
import { addressIn } from './public-address.ts'
import { AddressNotAllowed, type Resolve, checkedLookup, createResolve, mayCall } from './resolve.ts'

/** From the look-up to the headers of the answer, all together. */
const longestCallMs = 10_000
const longestConnectMs = 5_000
const longestLookupMs = 2_000
/** What is read of the body of an answer, and for how long. The status decides; the text is for the delivery log. */
const maxAnswerBytes = 1_024
const longestBodyMs = 1_000
const maxUrlLength = 2_048

export interface WebhookSenderOptions {
  /** In a sandbox: servers on this machine may be called, also without TLS. */
  readonly allowLoopback: boolean
  readonly userAgent?: string
  /** For tests: finds the addresses of names, and the authority of certificates. */
  readonly resolve?: Resolve
  readonly ca?: string
  readonly timeoutMs?: number
}

/** The sender of webhooks, over HTTP/1.1. */
export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const { allowLoopback, userAgent = 'species-marketplace', resolve = createResolve(longestLookupMs) } = options
  const timeoutMs = options.timeoutMs ?? longestCallMs
  const agent = new Agent({
    allowH2: false,
    // One user's slow server may share its host with others' servers: calls are bounded by turns, never by host.
    connections: null,
    pipelining: 1,
    keepAliveTimeout: 5_000,
    connect: {
      timeout: longestConnectMs,
      lookup: checkedLookup(resolve, allowLoopback),
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    },
  })
  const refusal = (url: string): string | undefined => refusalOf(url, allowLoopback)
  return {
    refusal,
    async send({ url, headers, body }) {
      if (refusal(url) !== undefined) return { kind: 'failed', reason: 'address_not_allowed' }
      try {
        const answer = await request(url, {
          dispatcher: agent,
          method: 'POST',
          headers: { ...headers, 'user-agent': userAgent },
          body,
          signal: AbortSignal.timeout(timeoutMs),
        })
        return await answered(answer)
      } catch (error) {
        return { kind: 'failed', reason: reasonOf(error) }
      }
    },
    close: () => agent.destroy(),
  }
}

/** What of an address can be judged by its text. A name is judged when it is resolved, at each connection. */
function refusalOf(text: string, allowLoopback: boolean): string | undefined {
  if (text.length > maxUrlLength) return `it has more than ${maxUrlLength} characters`
  if (!URL.canParse(text)) return 'it is not a URL'
  const { protocol, hostname, username, password, hash } = new URL(text)
  const address = addressIn(hostname)
  const isOwn =
    hostname === 'localhost' || (address !== undefined && !mayCall(address, false) && mayCall(address, true))
  if (protocol !== 'https:' && !(protocol === 'http:' && isOwn && allowLoopback)) return 'it must begin with https://'
  if (username !== '' || password !== '') return 'it must not contain a user name or a password'
  if (hash !== '') return 'it must not contain a fragment'
  if (isOwn) return allowLoopback ? undefined : 'it names this machine'
  if (address !== undefined) return mayCall(address, false) ? undefined : 'its address is not a public one'
  return hostname.includes('.') ? undefined : 'its host is not a public name'
}

async function answered({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<WebhookAnswer> {
  const retryAfter = Number(headers['retry-after'])
  return {
    kind: 'answered',
    status: statusCode,
    text: await beginningOf(body),
    retryAfterSeconds: Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : undefined,
  }
}

/** The first bytes of a body, as far as they come soon. A body that goes on costs the server its connection. */
async function beginningOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  const late = setTimeout(() => body.destroy(), longestBodyMs)
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      size += chunk.byteLength
      if (size > maxAnswerBytes) break
    }
  } catch {
    // The status has been received, and decides.
  } finally {
    clearTimeout(late)
    body.destroy()
  }
  return Buffer.concat(chunks).subarray(0, maxAnswerBytes).toString('utf8').replaceAll('\0', '')
}

function reasonOf(error: unknown): WebhookFailure {
  if (error instanceof AddressNotAllowed) return 'address_not_allowed'
  const { name, code = '' } = error as { name: string; code?: string }
  if (name === 'TimeoutError' || code.includes('TIMEOUT') || code === 'ETIMEDOUT') return 'timeout'
  if (code === 'ENOTFOUND') return 'name_not_found'
  if (/CERT|TLS|SSL|SIGNATURE|ISSUER/.test(code)) return 'tls_failed'
  if (name === 'HTTPParserError' || /^(HPE_|UND_ERR_(HEADERS|RES|RESPONSE))/.test(code)) return 'bad_answer'
  return 'no_connection'
}
