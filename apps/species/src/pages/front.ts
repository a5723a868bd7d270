import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ClientAddress, Problem, callerNetwork, newRequestId, problemResponse } from '@species/http'
import type { Logger } from '@species/platform'
import { forward, hasBody } from './forward.ts'
import { type PagesState, placeholder } from './placeholder.ts'

/** Where the pages are now: the port of their process once it answers, and how long this one has been running. */
export interface PagesNow {
  readonly port: number | undefined
  readonly state: PagesState
  readonly seconds: number
}

/** Answers what is for the pages; false: it is the API's. */
export type Front = (incoming: IncomingMessage, outgoing: ServerResponse) => boolean

/** First parts of paths that the API answers, whatever comes after them. Everything else is for the pages. */
const apiParts = new Set([
  'marketplace',
  'admin',
  'health',
  'metrics',
  'openapi.json',
  'docs',
  'errors',
  '.well-known',
  'webhooks',
  'api',
])

/** Requests to the pages that are under way at a time, per process. */
const maxPagesInFlight = 200
/** Of these, those of one address: what one page loads at once. */
const maxPagesOfOne = 32

const direct: ClientAddress = ({ socket }) => socket.remoteAddress ?? 'local'

/** Tells pages from the API by the path. Pages are only read: they have no other method and no body. */
export function createFront(now: () => PagesNow, log: Logger, clientAddress: ClientAddress = direct): Front {
  let inFlight = 0
  const byNetwork = new Map<string, number>()
  return (incoming, outgoing) => {
    const [, first = ''] = /^\/([^/?#]*)/.exec(incoming.url ?? '') ?? []
    if (apiParts.has(first) || (incoming.method !== 'GET' && incoming.method !== 'HEAD')) return false
    if (hasBody(incoming)) {
      void refuseBody(outgoing)
      return true
    }
    const { port, state, seconds } = now()
    const network = callerNetwork(clientAddress(incoming))
    const own = byNetwork.get(network) ?? 0
    if (port === undefined || inFlight >= maxPagesInFlight || own >= maxPagesOfOne) {
      placeholder(outgoing, port === undefined ? state : 'busy', seconds)
      return true
    }
    inFlight++
    byNetwork.set(network, own + 1)
    outgoing.once('close', () => {
      inFlight--
      const left = (byNetwork.get(network) ?? 1) - 1
      if (left > 0) byNetwork.set(network, left)
      else byNetwork.delete(network)
    })
    forward(port, incoming, outgoing, (error) => {
      log.warn({ err: error }, 'a page was not answered: its process is started again')
      placeholder(outgoing, 'starting', seconds)
    })
    return true
  }
}

/** A body that is read no further ends the connection: it is unknown where the next request on it would begin. */
async function refuseBody(outgoing: ServerResponse): Promise<void> {
  const problem = new Problem('invalid_request', 'A page is asked for without a body.')
  const response = problemResponse(problem, { requestId: newRequestId(), baseUrl: '' })
  outgoing.writeHead(response.status, { ...Object.fromEntries(response.headers), connection: 'close' })
  outgoing.end(await response.text())
}
