import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Problem, newRequestId, problemResponse } from './problem.ts'

export interface HttpServerOptions {
  /** Answers a request; `env` is Node's own message, with the caller's address and what they sent. */
  readonly fetch: (request: Request, env: object) => Promise<Response> | Response
  readonly port: number
  readonly host: string
  /** Where the pages of errors are: see `problemResponse`. */
  readonly publicUrl?: string | undefined
  /** Answers what is not for `fetch`, such as a page; false: it is for `fetch`. */
  readonly before?: ((incoming: IncomingMessage, outgoing: ServerResponse) => boolean) | undefined
  /** For tests: another bound than {@link requestMs}. */
  readonly requestMs?: number
}

export interface HttpServer {
  /** The one it got, where it was asked for any. */
  readonly port: number
  /** Takes no more requests, and ends what still runs after a second: live streams would keep it open for ever. */
  close(): Promise<void>
}

/** A request must be there within this, its body too; its headers within half of it. */
const requestMs = 30_000

/**
 * Serves over HTTP/1.1. What Node's parser refuses, and what it lets pass although the RFCs do not, is answered with a problem
 * document like every other refusal, and ends the connection: it is unknown where the next request on it would begin.
 */
export async function listenHttp(options: HttpServerOptions): Promise<HttpServer> {
  const baseUrl = options.publicUrl ?? ''
  const listener = getRequestListener((request, env) => options.fetch(request, env), {
    errorHandler: () => documentOf(new Problem('invalid_request', 'The address or the `Host` is none.'), baseUrl),
  })
  const within = options.requestMs ?? requestMs
  const server = createServer(
    {
      requestTimeout: within,
      headersTimeout: within / 2,
      connectionsCheckingInterval: Math.min(1_000, within / 2),
      // Judged here, so that the answer is a problem document.
      requireHostHeader: false,
    },
    (incoming, outgoing) => {
      const problem = framingProblem(incoming)
      if (problem) void refuse(outgoing, problem, baseUrl)
      else if (options.before?.(incoming, outgoing) !== true) void listener(incoming, outgoing)
    },
  )
  server.on('checkExpectation', (_incoming, outgoing) => {
    void refuse(outgoing, new Problem('expectation_failed', 'Only `Expect: 100-continue` is met.'), baseUrl)
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    void answerUnparsed(socket, error, baseUrl)
  })
  const port = await listening(server, options)
  return {
    port,
    close: () =>
      new Promise((done) => {
        server.close(() => {
          done()
        })
        setTimeout(() => {
          server.closeAllConnections()
        }, 1_000).unref()
      }),
  }
}

function listening(server: Server, { port, host }: HttpServerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

/**
 * What Node's parser lets pass: two `Host` headers, of which two readers on the way may believe different ones (RFC 9112 section
 * 3.2), and a coding before `chunked`, which this server does not decode (section 6.1).
 */
function framingProblem(incoming: IncomingMessage): Problem | undefined {
  const hosts = incoming.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length
  if (hosts !== 1) return new Problem('invalid_request', 'A request has exactly one `Host`.')
  const coding = incoming.headers['transfer-encoding']
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked')
    return new Problem('unsupported_transfer_coding', 'The only `Transfer-Encoding` that is taken is `chunked`.')
  return undefined
}

/** A problem of the bytes themselves: there is no request to answer, only a socket. */
async function answerUnparsed(socket: Socket, error: NodeJS.ErrnoException, baseUrl: string): Promise<void> {
  // Node keeps the answer that is being written here. A second one within it would be read as a part of it.
  const begun = (socket as { _httpMessage?: ServerResponse })._httpMessage?.headersSent === true
  if (error.code === 'ECONNRESET' || !socket.writable || begun) {
    socket.destroy()
    return
  }
  const response = documentOf(unparsed(error.code), baseUrl)
  const body = await response.text()
  const fields = [...response.headers, ['content-length', String(Buffer.byteLength(body))]]
  const head = [`HTTP/1.1 ${response.status} ${statusTexts[response.status] ?? 'Bad Request'}`]
  socket.end(`${[...head, ...fields.map(([name, value]) => `${name}: ${value}`)].join('\r\n')}\r\n\r\n${body}`, () => {
    socket.destroy()
  })
}

const statusTexts: Readonly<Record<number, string>> = {
  408: 'Request Timeout',
  413: 'Content Too Large',
  431: 'Request Header Fields Too Large',
}

function unparsed(code: string | undefined): Problem {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Problem('request_timeout', 'The request did not arrive in time. Send it again on a new connection.')
    case 'HPE_HEADER_OVERFLOW':
      return new Problem('headers_too_large', 'Address and headers have at most 16 KiB together.')
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new Problem('body_too_large', 'The extensions of its chunks are too large.')
    case undefined:
    default:
      return new Problem('invalid_request', 'It is not a request of HTTP/1.1.')
  }
}

/** The document of a refusal after which the connection ends. */
function documentOf(problem: Problem, baseUrl: string): Response {
  const response = problemResponse(problem, { requestId: newRequestId(), baseUrl })
  response.headers.set('connection', 'close')
  return response
}

async function refuse(outgoing: ServerResponse, problem: Problem, baseUrl: string): Promise<void> {
  const response = documentOf(problem, baseUrl)
  const body = await response.text()
  response.headers.set('content-length', String(Buffer.byteLength(body)))
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  outgoing.end(body)
}
