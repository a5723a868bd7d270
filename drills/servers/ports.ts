import { type Server, createConnection, createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** Ports handed out by this process: a server that is down for a while must find its own again. */
const given = new Set<number>()

/** A port that nobody listens on; `together` of them in a row. Never the same twice in one process. */
export async function freePort(together = 1): Promise<number> {
  for (;;) {
    const first = await listenOn(0)
    const port = (first.address() as { port: number }).port
    const wanted = Array.from({ length: together }, (_, index) => port + index)
    const others = await Promise.all(wanted.slice(1).map((one) => listenOn(one).catch(() => undefined)))
    first.close()
    for (const server of others) server?.close()
    if (others.some((server) => server === undefined) || wanted.some((one) => given.has(one))) continue
    for (const one of wanted) given.add(one)
    return port
  }
}

/** Resolves when somebody listens on the port. Throws after `timeoutMs`. */
export async function untilListening(port: number, timeoutMs: number): Promise<void> {
  const until = Date.now() + timeoutMs
  while (!(await listens(port))) {
    if (Date.now() > until) throw new Error(`nobody listens on port ${port} after ${timeoutMs} ms`)
    await pause(50)
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port })
    const done = (result: boolean) => (): void => {
      socket.destroy()
      resolve(result)
    }
    socket.once('connect', done(true))
    socket.once('error', done(false))
    socket.setTimeout(1_000, done(false))
  })
}

function listenOn(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      resolve(server)
    })
  })
}
