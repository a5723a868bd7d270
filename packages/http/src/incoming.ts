import type { IncomingMessage } from 'node:http'
import type { RequestHeaders } from '@species/contracts'
import type { Context } from 'hono'
import { type ClientAddress, clientAddressBehind } from './client-address.ts'
import { Problem } from './problem.ts'
import { isOwnHost, splitAddress } from './request-address.ts'

const maxBodyBytes = 64 * 1024

const tooLarge = (): Problem => new Problem('body_too_large', `A body has at most ${maxBodyBytes} bytes.`)

const gone = (): Problem => new Problem('invalid_request', 'The connection was closed before the whole body was there.')

/** What is read of a request before anything is known of it. */
export interface Incoming {
  readonly headers: RequestHeaders
  /** Reads at most the allowed size, whatever the length header claims. */
  body(): Promise<Uint8Array>
  readonly remoteAddress: string
  /** Path and query, byte for byte as the caller sent them: a signature covers these and no tidier form of them. */
  readonly target: string
  /** `http://host:port` as the caller named us. */
  readonly origin: string
  /** Whether that name is this machine's own. Anyone can point a name of theirs at us. */
  readonly isOwnHost: boolean
}

/**
 * The request as it came in. Under Node's own server headers and body are read from its message: building the web's objects
 * for them first costs more than all the rest of the way in. Anywhere else, and in tests, from the web's.
 */
export function incomingOf(
  context: Context,
  { host: listensOn, clientAddress = direct }: { host?: string; clientAddress?: ClientAddress } = {},
): Incoming {
  const message = (context.env as { incoming?: IncomingMessage } | undefined)?.incoming
  const { origin, host } = new URL(context.req.url)
  if (message === undefined) {
    const { headers, body } = context.req.raw
    const { target } = splitAddress(context.req.url)
    return { headers, body: () => readStream(body), remoteAddress: 'local', target, origin, isOwnHost: true }
  }
  return {
    headers: new MessageHeaders(message.headers),
    body: () => readMessage(message),
    remoteAddress: clientAddress(message),
    target: splitAddress(message.url ?? '').target,
    origin,
    isOwnHost: isOwnHost(host, [message.socket.localAddress, listensOn]),
  }
}

const direct = clientAddressBehind([])

class MessageHeaders implements RequestHeaders {
  readonly #headers: IncomingMessage['headers']
  constructor(headers: IncomingMessage['headers']) {
    this.#headers = headers
  }
  get(name: string): string | null {
    const value = this.#headers[name.toLowerCase()]
    return value === undefined ? null : Array.isArray(value) ? value.join(', ') : value
  }
  has(name: string): boolean {
    return this.#headers[name.toLowerCase()] !== undefined
  }
  *[Symbol.iterator](): IterableIterator<[string, string]> {
    for (const name of Object.keys(this.#headers)) yield [name, this.get(name) ?? '']
  }
}

function readMessage(message: IncomingMessage): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    if (message.closed) reject(gone())
    const chunks: Buffer[] = []
    let size = 0
    message.on('data', (chunk: Buffer) => {
      size += chunk.byteLength
      if (size > maxBodyBytes) reject(tooLarge())
      else chunks.push(chunk)
    })
    message.on('end', () => {
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks))
    })
    message.on('close', () => {
      // Every message closes in the end; a problem is dear to make.
      if (!message.complete) reject(gone())
    })
    // Only the connection fails here, and it is the caller's: no fault of ours, and nothing to warn of.
    message.on('error', () => {
      reject(gone())
    })
  })
}

async function readStream(stream: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  if (!stream) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size > maxBodyBytes) throw tooLarge()
    chunks.push(chunk)
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
}
