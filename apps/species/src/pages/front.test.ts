import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { type HttpServer, listenHttp } from '@species/http'
import { silentLogger } from '@species/platform'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { type PagesNow, createFront } from './front.ts'

let now: PagesNow
let pages: Server
let server: HttpServer
let seen: IncomingMessage[]
beforeEach(async () => {
  seen = []
  pages = createServer((incoming, outgoing) => {
    seen.push(incoming)
    outgoing.writeHead(203, { 'x-page': 'yes' }).end('a page')
  })
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
  now = { port: (pages.address() as AddressInfo).port, state: 'ready', seconds: 3 }
  server = await listenHttp({
    fetch: () => new Response('the API'),
    before: createFront(() => now, silentLogger),
    port: 0,
    host: '127.0.0.1',
  })
})
afterEach(async () => {
  pages.closeAllConnections()
  pages.close()
  await server.close()
})
const ask = (path: string, init?: RequestInit): Promise<Response> =>
  fetch(`http://127.0.0.1:${server.port}${path}`, init)

describe('beside the API on one port', () => {
  it.each(['/', '/book', '/_next/static/a.js', '/docsy', '/listings/lst_1?x=1'])('%s is a page', async (path) => {
    const response = await ask(path)
    expect([response.status, response.headers.get('x-page'), await response.text()]).toEqual([203, 'yes', 'a page'])
    expect(seen[0]?.url).toBe(path)
  })

  it.each([
    '/marketplace/v1/nothing',
    '/admin/v1/users',
    '/health',
    '/metrics',
    '/openapi.json',
    '/docs/start.js',
    '/errors/not_found',
    '/.well-known/jwks.json',
    '/api/mcp',
  ])('%s stays with the API', async (path) => {
    expect(await (await ask(path)).text()).toBe('the API')
  })

  test('what changes something is never for the pages', async () => {
    expect(await (await ask('/', { method: 'POST', body: 'x' })).text()).toBe('the API')
  })

  test('no header that only a proxy may set reaches the pages', async () => {
    await ask('/', { headers: { 'x-middleware-subrequest': 'src/proxy', 'x-forwarded-host': 'evil.example', a: 'b' } })
    expect(seen[0]?.headers).toMatchObject({ a: 'b' })
    expect(Object.keys(seen[0]?.headers ?? {}).filter((name) => name.startsWith('x-'))).toEqual([])
  })
})

/** What comes back on a connection of its own until it ends. */
const raw = (...lines: string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.write(lines.join('\r\n')))
    let text = ''
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
    socket.on('close', () => {
      resolve(text)
    })
    socket.on('error', reject)
  })

describe('a request with a body', () => {
  const body = 'b'.repeat(40)
  const bodies: [string, string, string][] = [
    ['Content-Length: 40', body, 'a body of a known length'],
    ['Content-Length: 5000', body, 'less of a body than it announces'],
    ['Transfer-Encoding: chunked', `28\r\n${body}\r\n0\r\n\r\n`, 'a body in chunks'],
    ['content-length: 40\r\nConnection: close, content-length', body, 'a length that it says is of this hop'],
  ]
  it.each(bodies)('%s is refused and reaches no connection that others use', async (header, sent) => {
    const refused = await raw('GET /attack HTTP/1.1', 'Host: x', header, '', sent)
    expect(refused).toMatch(/^HTTP\/1\.1 400 /)
    for (const path of ['/a', '/b', '/c']) expect(await (await ask(path)).text()).toBe('a page')
    expect(seen.map(({ url }) => url)).toEqual(['/a', '/b', '/c'])
  })

  test('no header that speaks of a body or of one hop reaches the pages', async () => {
    const own = ['Content-Length: 0', 'Expect: 100-continue', 'TE: trailers', 'X-Hop: 1', 'X-End: 1']
    expect(await raw('GET /a HTTP/1.1', 'Host: x', ...own, 'Connection: close, X-Hop', '', '')).toContain('a page')
    expect(Object.keys(seen[0]?.headers ?? {}).sort()).toEqual(['connection', 'host', 'x-end'])
  })
})

describe('one address', () => {
  test('that asks for many pages and reads none has a part of the places, and others still get theirs', async () => {
    const held: (() => void)[] = []
    pages.removeAllListeners('request')
    pages.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
      if (incoming.url === '/slow') held.push(() => outgoing.end('late'))
      else outgoing.end('a page')
    })
    let address = '192.0.2.1'
    await server.close()
    const before = createFront(
      () => now,
      silentLogger,
      () => address,
    )
    server = await listenHttp({ fetch: () => new Response('the API'), before, port: 0, host: '127.0.0.1' })
    const slow = Array.from({ length: 32 }, () => ask('/slow'))
    while (held.length < 32) await new Promise(setImmediate)
    expect((await ask('/a')).status).toBe(503)
    address = '192.0.2.2'
    expect(await (await ask('/a')).text()).toBe('a page')
    for (const end of held) end()
    for (const one of slow) expect(await (await one).text()).toBe('late')
    address = '192.0.2.1'
    expect(await (await ask('/a')).text()).toBe('a page')
  })
})

describe('where the pages are not there', () => {
  it.each([
    ['building', 'being built', '2'],
    ['starting', 'starting', '2'],
    ['failed', 'could not be built', null],
  ] as const)('%s: a page without scripts says so, and the API answers', async (state, words, retryAfter) => {
    now = { port: undefined, state, seconds: 3 }
    const response = await ask('/')
    const text = await response.text()
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, retryAfter])
    expect(text).toContain(words)
    expect(text.includes('http-equiv="refresh"')).toBe(state !== 'failed')
    expect(await (await ask('/health')).text()).toBe('the API')
  })

  test('a process that is gone is a page that asks again, and no error', async () => {
    pages.closeAllConnections()
    await new Promise((resolve) => pages.close(resolve))
    const response = await ask('/')
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2'])
  })
})
