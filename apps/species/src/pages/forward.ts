import { Agent, type IncomingMessage, type ServerResponse, request } from 'node:http'

/**
 * Names of headers that concern one connection alone (RFC 9110 section 7.6.1), that speak of a body, which is never passed on (RFC 9112
 * section 6), and what only Next tells itself.
 */
const notForwarded =
  /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|content-length|content-encoding|content-type|x-middleware-.*|x-forwarded-.*)$/
/** Of an answer the body is passed on as it comes, so what speaks of it stays. */
const notReturned = /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|x-middleware-.*)$/

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

/** Whether a request announces a body (RFC 9112 section 6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
}

/** Passes a request without a body to the pages' process, and its answer back. `failed` is called where none comes. */
export function forward(
  port: number,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  failed: (error: Error) => void,
): void {
  const ofThisHop = new Set((incoming.headers.connection ?? '').toLowerCase().split(/[\s,]+/))
  const passedOn = Object.entries(incoming.headers).filter(([name]) => !notForwarded.test(name) && !ofThisHop.has(name))
  const headers = Object.fromEntries(passedOn)
  const passed = request(
    { agent, host: '127.0.0.1', port, method: incoming.method, path: incoming.url, headers },
    (answer) => {
      const kept = Object.entries(answer.headers).filter(([name]) => !notReturned.test(name))
      outgoing.writeHead(answer.statusCode ?? 502, Object.fromEntries(kept))
      answer.pipe(outgoing)
      answer.on('error', () => outgoing.destroy())
    },
  )
  passed.setTimeout(30_000, () => passed.destroy(new Error('the pages did not answer in time')))
  passed.on('error', (error) => {
    if (outgoing.headersSent) outgoing.destroy()
    else failed(error)
  })
  outgoing.on('close', () => passed.destroy())
  passed.end()
}
