import { randomUUID } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { parseAddress } from '../chains/address.ts'
import { isLoopbackHost } from '../control/loopback.ts'
import type { Answer, Bindings, HttpPartner } from '../http/answer.ts'
import { answerCall, json, send } from '../http/answer.ts'
import { testDelivery } from './delivery.ts'
import type { Stream } from './entry.ts'
import type { SenderDeps, StreamSender } from './sender.ts'

export interface StreamsDeps extends SenderDeps {
  readonly sender: StreamSender
  /** Undefined = any key that is not empty. */
  readonly apiKey: string | undefined
}

const createBody = z.object({
  webhookUrl: z.url(),
  description: z.string().min(1),
  tag: z.string(),
  chainIds: z.array(z.string().regex(/^0x[0-9a-f]+$/)).min(1),
  topic0: z.array(z.string()).default([]),
  abi: z.array(z.unknown()).default([]),
})
const statusBody = z.object({ status: z.enum(['active', 'paused', 'error']) })
const addressBody = z.object({ address: z.union([z.string(), z.array(z.string())]) })

/** Moralis' Streams API, as far as streams are made, found and given addresses. The secret of a stream is the API key that made it. */
export function streamsRoutes(deps: StreamsDeps): Hono<Bindings> {
  const { world } = deps
  const partner: HttpPartner = {
    name: 'streams',
    board: deps.board,
    closing: deps.closing,
    errorBody: (status) => ({ message: `Simulated failure ${String(status)}` }),
    lie: (_how, answer) => answer,
    duplicate: (answer) => answer,
  }
  const routes = new Hono<Bindings>()
  routes.use('*', async (context, next) => {
    const key = context.req.header('x-api-key') ?? ''
    if (deps.apiKey === undefined ? key === '' : key !== deps.apiKey)
      return send(context, json({ message: 'Token is invalid format' }, 401))
    await next()
    return undefined
  })
  routes.put('/streams/evm', (context) => create(deps, partner, context))
  routes.get('/streams/evm', (context) =>
    answerCall(context, partner, 'stream', () => page([...world.streams.values()].map(shown), context)),
  )
  oneStream(deps, partner, routes)
  routes.all('*', (context) => send(context, json({ message: 'Not Found' }, 404)))
  return routes
}

const keyOf = (context: Context<Bindings>): string => context.req.header('x-api-key') ?? ''

function put({ world }: StreamsDeps, stream: Stream): Answer {
  world.record({ t: 'stream', id: stream.id, stream })
  world.commit()
  return json(shown(stream))
}

async function create(deps: StreamsDeps, partner: HttpPartner, context: Context<Bindings>): Promise<Response> {
  const given = createBody.safeParse(await context.req.json().catch(() => undefined))
  if (!given.success) return send(context, json({ message: given.error.issues[0]?.message ?? 'invalid' }, 400))
  // The sandbox calls this machine alone.
  if (!isLoopbackHost(new URL(given.data.webhookUrl).host))
    return send(context, json({ message: 'webhookUrl: the sandbox delivers to loopback names only' }, 400))
  const stream: Stream = { ...given.data, id: randomUUID(), status: 'active', addresses: [], secret: keyOf(context) }
  const status = await deps.sender.post(testDelivery(stream), '')
  if (status === undefined || status < 200 || status >= 300)
    return send(context, json({ message: 'Could not POST to the provided webhook url' }, 400))
  return await answerCall(context, partner, 'stream', () => put(deps, stream))
}

/** The routes of one stream. */
function oneStream(deps: StreamsDeps, partner: HttpPartner, routes: Hono<Bindings>): void {
  const { world } = deps
  const route = (
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    operation: string,
    run: (stream: Stream, body: unknown, context: Context<Bindings>) => Answer,
  ): void => {
    routes.on(method, `/streams/evm/:id${path}`, async (context) => {
      const body: unknown = await context.req.json().catch(() => undefined)
      return await answerCall(context, partner, operation, () => {
        const stream = world.streams.get(context.req.param('id'))
        return stream ? run(stream, body, context) : json({ message: 'Stream not found' }, 404)
      })
    })
  }
  route('DELETE', '', 'stream', ({ id }) => {
    world.record({ t: 'stream', id, stream: null })
    world.commit()
    return json({ id })
  })
  route('POST', '/status', 'stream', (stream, body) => {
    const given = statusBody.safeParse(body)
    return given.success ? put(deps, { ...stream, ...given.data }) : json({ message: 'status is invalid' }, 400)
  })
  route('GET', '/address', 'address', (stream, _body, context) =>
    page(
      stream.addresses.map((address) => ({ address, type: 'ADDRESS' })),
      context,
    ),
  )
  const change = (how: (before: readonly string[], given: readonly string[]) => string[]) => {
    return (stream: Stream, body: unknown): Answer => {
      const given = addressesIn(body, world.chains.ETH.profile)
      if (!given) return json({ message: 'address is invalid' }, 400)
      put(deps, { ...stream, addresses: how(stream.addresses, given) })
      return json({ streamId: stream.id, address: given })
    }
  }
  route(
    'POST',
    '/address',
    'address',
    change((before, given) => [...new Set([...before, ...given])]),
  )
  route(
    'DELETE',
    '/address',
    'address',
    change((before, given) => before.filter((one) => !given.includes(one))),
  )
}

function shown({ secret: _secret, addresses: _addresses, ...stream }: Stream): object {
  return { ...stream, allAddresses: false, includeContractLogs: true, statusMessage: `Stream is ${stream.status}` }
}

function addressesIn(body: unknown, profile: Parameters<typeof parseAddress>[0]): string[] | undefined {
  const given = addressBody.safeParse(body)
  if (!given.success) return undefined
  const parsed = [given.data.address].flat().map((address) => parseAddress(profile, address))
  return parsed.includes(undefined) ? undefined : parsed.map((address) => `0x${address ?? ''}`)
}

function page(rows: readonly object[], context: Context<Bindings>): Answer {
  const limit = Number(context.req.query('limit'))
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) return json({ message: 'limit is required' }, 400)
  const offset = Number(Buffer.from(context.req.query('cursor') ?? '', 'base64url').toString()) || 0
  const more = offset + limit < rows.length
  return json({
    total: rows.length,
    result: rows.slice(offset, offset + limit),
    ...(more ? { cursor: Buffer.from(String(offset + limit)).toString('base64url') } : {}),
  })
}
