import { Agent, type IncomingMessage, type ServerResponse, request } from 'node:http'

/** Names of headers that concern one connection alone (RFC 9110 section 7.6.1), and what only Next tells itself. */
const notForwarded =
  /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|x-middleware-.*|x-forwarded-.*)$/

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

/** Passes a request without a body to the pages' process, and its answer back. `failed` is called where none comes. */
export function forward(
  port: number,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  failed: (error: Error) => void,
): void {
  const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !notForwarded.test(name)))
  const passed = request(
    { agent, host: '127.0.0.1', port, method: incoming.method, path: incoming.url, headers },
    (answer) => {
      const kept = Object.entries(answer.headers).filter(([name]) => !notForwarded.test(name))
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
