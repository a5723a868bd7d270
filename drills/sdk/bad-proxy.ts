import { type IncomingMessage, type ServerResponse, createServer, request as call } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the proxy did to requests. */
type Mischief = 'passed' | 'cut before' | 'cut after' | 'delayed' | 'repeated' | '502 before' | '502 after'

export interface BadProxy {
  readonly url: string
  readonly counts: Readonly<Record<Mischief, number>>
  close(): Promise<void>
}

interface Kept {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** Stands between a client and a marketplace, and is as bad as networks are: `random` (0 to 1) decides what it does to a request. */
export async function startBadProxy(target: string, random: () => number): Promise<BadProxy> {
  const counts: Record<Mischief, number> = {
    passed: 0,
    'cut before': 0,
    'cut after': 0,
    delayed: 0,
    repeated: 0,
    '502 before': 0,
    '502 after': 0,
  }
  const kinds = Object.keys(counts) as Mischief[]
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await bytesOf(incoming)
    const send = (): Promise<Kept> => forward(target, incoming, body)
    // Half of all pass; the other half meet one of the others.
    const kind = random() < 0.5 ? 'passed' : (kinds[1 + Math.floor(random() * (kinds.length - 1))] ?? 'passed')
    counts[kind] += 1
    switch (kind) {
      case 'passed':
        answer(outgoing, await send())
        return
      case 'delayed':
        await new Promise((resolve) => setTimeout(resolve, 50 + random() * 200))
        answer(outgoing, await send())
        return
      case 'repeated': {
        const [, second] = await Promise.all([send(), send()])
        answer(outgoing, second)
        return
      }
      case 'cut before':
        outgoing.destroy()
        return
      case 'cut after':
        await send()
        outgoing.destroy()
        return
      case '502 before':
        badGateway(outgoing)
        return
      case '502 after':
        await send()
        badGateway(outgoing)
        return
    }
  }
  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => outgoing.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}

function forward(target: string, incoming: IncomingMessage, body: Buffer): Promise<Kept> {
  return new Promise((resolve, reject) => {
    const to = new URL(incoming.url ?? '/', target)
    const headers = { ...incoming.headers, host: to.host }
    const sent = call(to, { method: incoming.method, headers }, (response) => {
      bytesOf(response).then((text) => {
        resolve({ status: response.statusCode ?? 502, headers: response.headers, body: text })
      }, reject)
    })
    sent.on('error', reject).end(body)
  })
}

function answer(outgoing: ServerResponse, { status, headers, body }: Kept): void {
  outgoing.writeHead(status, { 'content-type': headers['content-type'] ?? 'text/plain' }).end(body)
}

function badGateway(outgoing: ServerResponse): void {
  outgoing.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>')
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part as Buffer)
  return Buffer.concat(parts)
}
