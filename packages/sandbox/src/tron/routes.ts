import { Hono } from 'hono'
import type { Context } from 'hono'
import { z } from 'zod'
import type { Block } from '../chains/chain.ts'
import type { ChainTransaction } from '../chains/change.ts'
import type { FaultBoard } from '../faults/board.ts'
import type { Answer, Bindings, HttpPartner } from '../http/answer.ts'
import { answerCall, json, send } from '../http/answer.ts'
import type { World } from '../state/world.ts'
import { tronCall } from './calls.ts'
import { duplicateTron, lieAsTron } from './lies.ts'
import { tronPage } from './page.ts'
import { tronTransfers } from './transfers.ts'
import { tronBlock, tronEvent, tronTransaction, tronTransactionInfo } from './shape.ts'

export interface TronDeps {
  readonly world: World
  readonly board: FaultBoard
  readonly closing: AbortSignal
  /** Undefined = none is needed, as with the real one at low rates. */
  readonly apiKey: string | undefined
}

type Finality = 'included' | 'solid'

const infoRequest = z.object({ value: z.string(), visible: z.boolean().optional() })

/** TRON's node API and TronGrid's events, as far as a payment is proven with them. */
export function tronRoutes(deps: TronDeps): Hono<Bindings> {
  const partner: HttpPartner = {
    name: 'tron',
    board: deps.board,
    closing: deps.closing,
    errorBody: (status) => ({ Error: `Simulated failure ${String(status)}` }),
    lie: lieAsTron,
    duplicate: duplicateTron,
  }
  const routes = new Hono<Bindings>()

  routes.use('*', async (context, next) => {
    const accepted = deps.apiKey === undefined || context.req.header('tron-pro-api-key') === deps.apiKey
    if (!accepted) return send(context, json({ Error: 'ApiKey not exists' }, 401))
    await next()
    return undefined
  })
  for (const [prefix, finality] of [
    ['wallet', 'included'],
    ['walletsolidity', 'solid'],
  ] as const) {
    routes.post(`/${prefix}/gettransactioninfobyid`, async (context) => {
      const text = await context.req.text()
      return await answerCall(context, partner, 'transaction', () =>
        transaction(deps.world, text, finality, tronTransactionInfo),
      )
    })
    routes.post(`/${prefix}/gettransactionbyid`, async (context) => {
      const text = await context.req.text()
      return await answerCall(context, partner, 'transaction', () =>
        transaction(deps.world, text, finality, tronTransaction),
      )
    })
    for (const path of ['getblockbynum', 'getblockbyid'])
      routes.post(`/${prefix}/${path}`, async (context) => {
        const text = await context.req.text()
        return await answerCall(context, partner, 'block', () => block(deps.world, text, finality))
      })
    const nowBlock = (context: Context<Bindings>): Promise<Response> =>
      answerCall(context, partner, 'latestBlock', () => latestBlock(deps.world, finality))
    routes.post(`/${prefix}/getnowblock`, nowBlock)
    routes.get(`/${prefix}/getnowblock`, nowBlock)
  }
  routes.get('/v1/transactions/:id/events', (context) => {
    const finality = context.req.query('only_confirmed') === 'true' ? 'solid' : 'included'
    return answerCall(context, partner, 'events', () =>
      events(deps.world, context.req.param('id'), finality, context.req.query()),
    )
  })
  routes.get('/v1/accounts/:address/transactions/trc20', (context) =>
    answerCall(context, partner, 'transfers', () =>
      tronTransfers(deps.world, context.req.param('address'), context.req.query()),
    ),
  )
  for (const [prefix, finality] of [
    ['wallet', 'included'],
    ['walletsolidity', 'solid'],
  ] as const)
    routes.post(`/${prefix}/triggerconstantcontract`, async (context) => {
      const text = await context.req.text()
      return await answerCall(context, partner, 'balance', () =>
        tronCall(deps.world, parseJson(text), heightOf(deps.world, finality)),
      )
    })
  // Where TronWeb asks whether the events are there.
  routes.get('/healthcheck', (context) => send(context, json('OK')))
  routes.all('*', (context) => send(context, json({ Error: 'Not Found' }, 404)))
  return routes
}

function heightOf(world: World, finality: Finality): number {
  const chain = world.chains.TRON
  return finality === 'solid' ? chain.solidHead(world.now()) : chain.head(world.now())
}

// Whatever is wrong, this API answers 200.
function transaction(
  world: World,
  text: string,
  finality: Finality,
  shape: (tx: ChainTransaction, block: Block, visible: boolean) => object,
): Answer {
  const parsed = infoRequest.safeParse(parseJson(text))
  if (!parsed.success) return json({ Error: 'class org.tron.json.JSONException : syntax error' })
  const { value, visible = false } = parsed.data
  if (!/^[0-9a-fA-F]{64}$/.test(value))
    return json({ Error: 'class java.lang.IllegalArgumentException : invalid hash' })
  const tx = world.chains.TRON.transaction(value.toLowerCase())
  if (tx === undefined || tx.block > heightOf(world, finality)) return json({})
  const block = world.chains.TRON.block(tx.block, world.now())
  return json(block === undefined ? {} : shape(tx, block, visible))
}

const blockRequest = z.union([
  z.object({ num: z.int().nonnegative(), visible: z.boolean().optional() }),
  z.object({ value: z.string(), visible: z.boolean().optional() }),
])

/** By number, or by an id, which begins with the number. */
function block(world: World, text: string, finality: Finality): Answer {
  const parsed = blockRequest.safeParse(parseJson(text))
  if (!parsed.success) return json({ Error: 'class org.tron.json.JSONException : syntax error' })
  const asked = parsed.data
  const number = 'num' in asked ? asked.num : Number.parseInt(asked.value.slice(0, 16), 16)
  const found = number > heightOf(world, finality) ? undefined : world.chains.TRON.block(number, world.now())
  if (found === undefined || ('value' in asked && asked.value.toLowerCase() !== found.hash)) return json({})
  const transactions = world.chains.TRON.transactionsInBlock(number)
  return json(
    tronBlock(
      found,
      transactions.map((tx) => tronTransaction(tx, found, asked.visible === true)),
    ),
  )
}

function latestBlock(world: World, finality: Finality): Answer {
  const block = world.chains.TRON.block(heightOf(world, finality), world.now())
  return json(block === undefined ? {} : tronBlock(block))
}

function events(world: World, id: string, finality: Finality, query: Record<string, string>): Answer {
  const now = world.now()
  const tx = world.chains.TRON.transaction(id.toLowerCase())
  const block =
    tx === undefined || tx.block > heightOf(world, finality) ? undefined : world.chains.TRON.block(tx.block, now)
  // A reverted transaction leaves no events, although its info here still shows the logs that it would have left.
  const rows = tx?.success === true && block !== undefined ? tx.logs.map((log) => tronEvent(tx, log, block)) : []
  return json(tronPage(now, rows, query))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
