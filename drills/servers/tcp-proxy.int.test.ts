import { once } from 'node:events'
import { type Server, type Socket, connect, createServer } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { TcpProxy } from './tcp-proxy.ts'

/** A server that answers everything with its name. */
async function answering(name: string): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    socket.on('data', () => socket.write(name))
    socket.on('error', () => undefined)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as { port: number }).port }
}

let first: Awaited<ReturnType<typeof answering>>
let proxy: TcpProxy
beforeEach(async () => {
  first = await answering('first')
  proxy = await TcpProxy.start(first.port)
})
afterEach(async () => {
  await proxy.close()
  first.server.close()
})

function open(): Socket {
  return connect({ host: '127.0.0.1', port: proxy.port })
}
async function ask(socket: Socket): Promise<string> {
  const answer = once(socket, 'data')
  socket.write('?')
  return String((await answer)[0])
}

test('carries both ways, later by the latency in each direction', async () => {
  const socket = open()
  expect(await ask(socket)).toBe('first')
  proxy.latencyMs = 60
  const startedAt = performance.now()
  expect(await ask(socket)).toBe('first')
  expect(performance.now() - startedAt).toBeGreaterThan(118)
  socket.destroy()
})

test('breaks what was open when it leads elsewhere, and takes new ones there', async () => {
  const second = await answering('second')
  const socket = open()
  await ask(socket)
  const broken = once(socket, 'close')
  proxy.lead(second.port)
  await broken
  const other = open()
  expect(await ask(other)).toBe('second')
  other.destroy()
  second.server.close()
})

test('refuses everybody when it leads nowhere', async () => {
  proxy.lead(undefined)
  await once(
    open().on('error', () => undefined),
    'close',
  )
})
