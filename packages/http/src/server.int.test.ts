import { connect } from 'node:net'
import { ok } from '@species/kernel'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { silentLogger } from '@species/platform'
import { type Metrics, createMetrics } from '@species/platform'
import { createMemoryRateLimiter } from './rate-limiter.ts'
import { createHttpApp } from './app.ts'
import { endpoint, json } from './endpoint.ts'
import { type HttpServer, listenHttp } from './server.ts'

let server: HttpServer
let metrics: Metrics
let warned: unknown[]
let signed: string[]
beforeEach(async () => {
  warned = []
  signed = []
  metrics = createMetrics()
  const responses = { 200: { description: 'Done', schema: z.object({}) } }
  const common = { operationId: 'any', tag: 'Health', summary: 'S', description: 'D', problems: [], responses } as const
  const app = createHttpApp({
    endpoints: [
      endpoint({ ...common, method: 'post', path: '/take', access: 'public' }, ({ rawBody }) => json(200, { rawBody })),
      endpoint({ ...common, method: 'get', path: '/{name}', access: 'read' }, () => json(200, {})),
    ],
    verifier: {
      verify: async ({ url }) => {
        signed.push(url)
        return ok({ principal: { onliId: 'a', keyId: 'k', scopes: ['read'] as const }, resend: false })
      },
    },
    limiter: createMemoryRateLimiter({ points: 1e9, perSeconds: 1 }),
    log: { ...silentLogger, warn: (...line: unknown[]) => warned.push(line) } as never,
    metrics,
  })
  server = await listenHttp({
    fetch: (request, env) => app.fetch(request, env),
    port: 0,
    host: '127.0.0.1',
    requestMs: 300,
  })
})
afterEach(async () => {
  await server.close()
})

/** Sends these bytes, and reads until the server closes or the answer has ended. */
async function send(text: string): Promise<{ status: number; body: string; head: string }> {
  return await new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.write(text))
    let got = ''
    const done = (): void => {
      const [head = '', body = ''] = got.split(/\r\n\r\n(.*)/s)
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), head: head.toLowerCase(), body })
      socket.destroy()
    }
    socket.on('data', (chunk) => {
      got += chunk.toString()
      const length = Number(/content-length: (\d+)/i.exec(got)?.[1] ?? NaN)
      if (got.includes('\r\n\r\n') && got.length - got.indexOf('\r\n\r\n') - 4 >= length) done()
    })
    socket.on('close', done)
    socket.on('error', reject)
  })
}

const request = (line: string, ...headers: string[]): string => [line, ...headers, '', ''].join('\r\n')
const host = 'Host: localhost'

describe('what is no request of HTTP/1.1 is refused with a problem document, and the connection ends', () => {
  const rows: [given: string, text: string, status: number, code: string][] = [
    ['garbage', 'garbage\r\n\r\n', 400, 'invalid_request'],
    ['no Host', request('GET /a HTTP/1.1'), 400, 'invalid_request'],
    ['two Hosts', request('GET /a HTTP/1.1', host, 'host: evil.example'), 400, 'invalid_request'],
    ['a Host that is none', request('GET /a HTTP/1.1', 'Host: a b/c'), 400, 'invalid_request'],
    [
      'a coding before chunked',
      request('POST /take HTTP/1.1', host, 'Transfer-Encoding: gzip, chunked'),
      501,
      'unsupported_transfer_coding',
    ],
    [
      'both lengths',
      request('POST /take HTTP/1.1', host, 'Content-Length: 3', 'Transfer-Encoding: chunked'),
      400,
      'invalid_request',
    ],
    [
      'two lengths',
      request('POST /take HTTP/1.1', host, 'Content-Length: 3', 'Content-Length: 4'),
      400,
      'invalid_request',
    ],
    [
      'a chunk that is none',
      `${request('POST /take HTTP/1.1', host, 'Transfer-Encoding: chunked')}zz\r\n`,
      400,
      'invalid_request',
    ],
    [
      'an expectation',
      request('POST /take HTTP/1.1', host, 'Expect: a miracle', 'Content-Length: 0'),
      417,
      'expectation_failed',
    ],
    ['long headers', request('GET /a HTTP/1.1', host, `X: ${'x'.repeat(20_000)}`), 431, 'headers_too_large'],
    ['headers that do not end', 'GET /a HTTP/1.1\r\nHost: local', 408, 'request_timeout'],
    [
      'a body that does not end',
      `${request('POST /take HTTP/1.1', host, 'Content-Length: 9')}abc`,
      408,
      'request_timeout',
    ],
  ]
  it.each(rows)('%s', async (_given, text, status, code) => {
    const answer = await send(text)
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([
      status,
      { status, code, type: expect.stringContaining(`/errors/${code}`) as string },
    ])
    expect(answer.head).toContain('content-type: application/problem+json')
    expect(answer.head).toContain('connection: close')
  })

  it('not these', async () => {
    for (const text of [
      `${request('POST /take HTTP/1.1', host, 'Transfer-Encoding: Chunked')}2\r\nab\r\n0\r\n\r\n`,
      request('POST /take HTTP/1.1', host, 'Expect: 100-continue', 'Content-Length: 0'),
    ])
      expect((await send(text)).head).toMatch(/^http\/1\.1 (?:200|100)/)
  })
})

describe('an address', () => {
  it.each(['/a?', '/a?q=\'"{}^|', '/a/../b', '/%2e/b?x=/..'])('%s is signed for as it was sent', async (target) => {
    await send(request(`GET ${target} HTTP/1.1`, 'Host: localhost:8080'))
    expect(signed).toEqual([`http://localhost:8080${target}`])
  })

  it('on a foreign host is not a signature for this server', async () => {
    const foreign = await send(request('GET /a HTTP/1.1', 'Host: evil.example'))
    expect([foreign.status, JSON.parse(foreign.body)]).toMatchObject([401, { code: 'invalid_signature' }])
    const absolute = await send(request('GET http://evil.example/a HTTP/1.1', host))
    expect(absolute.status).toBe(401)
    expect(signed).toEqual([])
  })
})

it('a caller that breaks off its body is no fault of ours: no 503, and nothing to warn of', async () => {
  const socket = connect(server.port, '127.0.0.1', () => {
    socket.write(`${request('POST /take HTTP/1.1', host, 'Content-Length: 9')}abc`, () => socket.resetAndDestroy())
  })
  const statuses = async (): Promise<unknown[]> =>
    (await metrics.httpSeconds.get()).values.map(({ labels }) => labels.status).filter((status) => status !== undefined)
  while ((await statuses()).length === 0) await new Promise(setImmediate)
  expect(new Set(await statuses())).toEqual(new Set(['400']))
  expect(warned).toEqual([])
})
