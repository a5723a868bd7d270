import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { isLoopbackHost } from './control/loopback.ts'
import { controlRoutes } from './control/routes.ts'
import { FaultBoard } from './faults/board.ts'
import { fireflyRoutes } from './firefly/routes.ts'
import type { Bindings } from './http/answer.ts'
import { problem } from './http/problem.ts'
import { moralisRoutes } from './moralis/routes.ts'
import { NowPaymentsDesk } from './nowpayments/desk.ts'
import { nowPaymentsRoutes } from './nowpayments/routes.ts'
import { OnliDesk } from './onli/desk.ts'
import { startOnliServer } from './onli/server.ts'
import type { Sandbox, SandboxOptions } from './options.ts'
import { World } from './state/world.ts'
import { streamsRoutes } from './streams/routes.ts'
import { StreamSender } from './streams/sender.ts'
import { tronRoutes } from './tron/routes.ts'

/** Starts the partners' stand-ins and answers when they can be called. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const host = options.host ?? '127.0.0.1'
  const inUrl = host.includes(':') ? `[${host}]` : host
  if (!isLoopbackHost(inUrl)) throw new Error(`the sandbox listens on loopback only, not on ${host}`)
  const log = options.log ?? ((): void => undefined)
  const world = new World({
    journalPath: options.journalPath,
    now: options.now ?? Date.now,
    blockIntervalMs: options.blockIntervalMs ?? 0,
    honoursIdempotencyKeys: options.honoursIdempotencyKeys,
  })
  const closing = new AbortController()
  const calm = { world, board: new FaultBoard(), closing: closing.signal, log }
  const sender = new StreamSender(calm)
  const payments = new NowPaymentsDesk(calm)
  const shared = { ...calm, desk: new OnliDesk(world), sender, payments }
  const { keys = {}, protoPath } = options

  const http = createAdaptorServer({ fetch: application(shared, keys).fetch }) as Server
  // From the last opened to the first, also when a later one does not open.
  const closers: (() => Promise<void> | void)[] = [
    () => {
      sender.close()
      payments.close()
      world.close()
    },
  ]
  const close = async (): Promise<void> => {
    closing.abort()
    for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) await closer()
  }
  try {
    const httpPort = await listen(http, host, options.httpPort)
    closers.push(() => stopListening(http))
    const onli = await startOnliServer({ ...shared, protoPath, appKey: keys.onli }, host, options.grpcPort)
    closers.push(onli.close)
    log('sandbox: listening', { httpPort, grpcPort: onli.port })
    return { httpUrl: `http://${inUrl}:${String(httpPort)}`, grpcUrl: `http://${inUrl}:${String(onli.port)}`, close }
  } catch (error) {
    await close()
    throw error
  }
}

interface Shared {
  readonly world: World
  readonly board: FaultBoard
  readonly desk: OnliDesk
  readonly sender: StreamSender
  readonly payments: NowPaymentsDesk
  readonly closing: AbortSignal
  readonly log: (line: string, fields?: object) => void
}

function application(shared: Shared, keys: NonNullable<SandboxOptions['keys']>): Hono<Bindings> {
  const app = new Hono<Bindings>()
  app.route('/control', controlRoutes(shared))
  app.route('/moralis', moralisRoutes({ ...shared, apiKey: keys.moralis }))
  app.route('/streams', streamsRoutes({ ...shared, apiKey: keys.moralis }))
  app.route('/nowpayments', nowPaymentsRoutes({ ...shared, apiKey: keys.nowpayments }))
  app.route('/tron', tronRoutes({ ...shared, apiKey: keys.tron }))
  app.route('/firefly', fireflyRoutes({ ...shared, token: keys.firefly }))
  app.notFound((context) =>
    problem(
      'not_found',
      `no ${context.req.method} ${context.req.path}; look under /control, /moralis, /streams, /nowpayments, /tron or /firefly`,
    ),
  )
  app.onError((error) => {
    if (!shared.closing.aborted) shared.log('sandbox: call failed', { error: String(error) })
    return problem('internal', error.message)
  })
  return app
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  return await new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

async function stopListening(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve()
    })
    server.closeAllConnections()
  })
}
