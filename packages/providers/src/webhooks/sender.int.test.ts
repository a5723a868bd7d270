import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { encryptedBefore } from '@species/testing'
import { afterEach, expect, it } from 'vitest'
import type { Resolve } from './resolve.ts'
import { createWebhookSender } from './sender.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void

async function serve(handle: Handler): Promise<{ port: number; calls: string[] }> {
  const calls: string[] = []
  const server: Server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      calls.push(body)
      handle(request, response, body)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  closers.push(async () => {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  })
  return { port: (server.address() as AddressInfo).port, calls }
}

function senderWith(more: { resolve?: Resolve; allowLoopback?: boolean; timeoutMs?: number } = {}) {
  const sender = createWebhookSender({ allowLoopback: true, ...more })
  closers.push(() => sender.close())
  return (url: string) => sender.send({ url, headers: { 'webhook-id': 'msg_1' }, body: '{"a":1}' })
}

it('posts the body and answers with the status and the beginning of the answer', async () => {
  const { port, calls } = await serve((request, response) => {
    response.end(`heard ${String(request.headers['webhook-id'])}`)
  })
  expect(await senderWith()(`http://localhost:${port}/hook`)).toMatchObject({ status: 200, text: 'heard msg_1' })
  expect(calls).toEqual(['{"a":1}'])
})

it('follows no redirect', async () => {
  const { port, calls } = await serve((_request, response) => {
    response.writeHead(307, { location: `http://127.0.0.1:${port}/elsewhere` }).end()
  })
  expect(await senderWith()(`http://127.0.0.1:${port}/hook`)).toMatchObject({ kind: 'answered', status: 307 })
  expect(calls).toHaveLength(1)
})

it('reads only the beginning of an answer that has no end', async () => {
  const { port } = await serve((_request, response) => {
    response.writeHead(200)
    const more = setInterval(() => response.write('x'.repeat(65_536)), 1)
    response.on('close', () => {
      clearInterval(more)
    })
  })
  const answer = await senderWith()(`http://127.0.0.1:${port}/`)
  expect(answer).toMatchObject({ kind: 'answered', status: 200, text: 'x'.repeat(1_024) })
})

it('takes the status of an answer whose body never comes', async () => {
  const { port } = await serve((_request, response) => {
    response.writeHead(204 + 1).flushHeaders()
  })
  expect(await senderWith()(`http://127.0.0.1:${port}/`)).toMatchObject({ kind: 'answered', status: 205 })
})

it('gives up a server that does not answer', async () => {
  const { port } = await serve(() => undefined)
  expect(await senderWith({ timeoutMs: 50 })(`http://127.0.0.1:${port}/`)).toEqual({
    kind: 'failed',
    reason: 'timeout',
  })
})

it('says that nothing listens, or that a name has no address', async () => {
  const { port } = await serve(() => undefined)
  for (const close of closers.splice(0)) await close()
  expect(await senderWith()(`http://127.0.0.1:${port}/`)).toEqual({ kind: 'failed', reason: 'no_connection' })
  const nowhere: Resolve = () => Promise.reject(new Error('no such name'))
  const answer = await senderWith({ resolve: nowhere, allowLoopback: false })('https://nowhere.example/')
  expect(answer).toEqual({ kind: 'failed', reason: 'name_not_found' })
})

it('does not call what answers no HTTP', async () => {
  const { port } = await serve((request) => {
    request.socket.write('what?\r\n\r\n')
  })
  expect(await senderWith()(`http://127.0.0.1:${port}/`)).toEqual({ kind: 'failed', reason: 'bad_answer' })
})

it.each([
  ['a private address', ['10.0.0.7']],
  ['the metadata service', ['169.254.169.254']],
  ['a mapped loopback address', ['::ffff:127.0.0.1']],
  ['one private address among public ones', ['93.184.215.14', '127.0.0.1']],
  ['no address', []],
])('sends nothing to a name that has %s', async (_what, addresses) => {
  const send = senderWith({ resolve: async () => addresses, allowLoopback: false })
  expect(await send('https://hook.example/')).toEqual({ kind: 'failed', reason: 'address_not_allowed' })
})

it('connects to the address that it has checked, although the name changes between check and connection', async () => {
  const { port } = await serve((_request, response) => response.end())
  const encrypted = await encryptedBefore({ host: '127.0.0.1', port })
  closers.push(async () => {
    encrypted.close()
  })
  // Each answer differs from the one before: a second question for one connection would get the private address.
  const answers = ['127.0.0.1', '10.0.0.7']
  let asked = 0
  const rebinding: Resolve = async () => [answers[asked++] ?? '10.0.0.7']
  const send = senderWith({ resolve: rebinding })
  // It has reached the server on this machine: only its certificate is of another name.
  expect(await send(`https://rebind.example:${encrypted.port}/`)).toEqual({ kind: 'failed', reason: 'tls_failed' })
  expect(asked).toBe(1)
  const answer = await send(`https://rebind.example:${encrypted.port}/`)
  expect(answer).toEqual({ kind: 'failed', reason: 'address_not_allowed' })
})
