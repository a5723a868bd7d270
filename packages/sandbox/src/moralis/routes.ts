import { Hono } from 'hono'
import type { Context } from 'hono'
import { parseAddress } from '../chains/address.ts'
import { balanceOf } from '../chains/balance.ts'
import type { SimulatedChain } from '../chains/chain.ts'
import type { ChainName } from '../chains/profile.ts'
import type { FaultBoard } from '../faults/board.ts'
import type { Answer, Bindings, HttpPartner } from '../http/answer.ts'
import { answerCall, json, send } from '../http/answer.ts'
import type { World } from '../state/world.ts'
import { duplicateMoralis, lieAsMoralis } from './lies.ts'
import { moralisBalance, moralisBlock, moralisTransaction, moralisVerbose } from './shape.ts'
import { moralisTransfers } from './transfers.ts'

// TRON is missing because the real API does not have it.
const chainIds: Readonly<Record<string, ChainName>> = {
  eth: 'ETH',
  '0x1': 'ETH',
  bsc: 'BSC',
  '0x38': 'BSC',
  polygon: 'POLYGON',
  '0x89': 'POLYGON',
}

export interface MoralisDeps {
  readonly world: World
  readonly board: FaultBoard
  readonly closing: AbortSignal
  /** Undefined = any key that is not empty. */
  readonly apiKey: string | undefined
}

/** Moralis' EVM data API, as far as a payment is proven with it. */
export function moralisRoutes(deps: MoralisDeps): Hono<Bindings> {
  const { world } = deps
  const partner: HttpPartner = {
    name: 'moralis',
    board: deps.board,
    closing: deps.closing,
    errorBody: (status) => ({ message: `Simulated failure ${String(status)}` }),
    lie: (how, answer) => lieAsMoralis(how, answer),
    duplicate: duplicateMoralis,
  }
  const routes = new Hono<Bindings>()

  routes.use('*', async (context, next) => {
    const key = context.req.header('x-api-key') ?? ''
    const accepted = deps.apiKey === undefined ? key !== '' : key === deps.apiKey
    if (!accepted) return send(context, json({ message: 'Token is invalid format' }, 401))
    await next()
    return undefined
  })

  const onChain =
    (
      operation: string,
      name: (c: Context<Bindings>) => string,
      produce: (chain: SimulatedChain, c: Context<Bindings>) => Answer,
    ) =>
    async (context: Context<Bindings>): Promise<Response> =>
      await answerCall(context, partner, operation, () => {
        const id = name(context).toLowerCase()
        const chainName = Object.hasOwn(chainIds, id) ? chainIds[id] : undefined
        if (chainName === undefined)
          return json({ message: [`chain must be a valid enum value`], details: { chain: id } }, 400)
        return produce(world.chains[chainName], context)
      })
  const queried = (context: Context<Bindings>): string => context.req.query('chain') ?? 'eth'

  routes.get(
    '/api/v2.2/transaction/:hash',
    onChain('transaction', queried, (chain, c) => transaction(world, chain, c.req.param('hash') ?? '')),
  )
  routes.get(
    '/api/v2.2/transaction/:hash/verbose',
    onChain('transaction', queried, (chain, c) => transaction(world, chain, c.req.param('hash') ?? '', moralisVerbose)),
  )
  routes.get(
    '/api/v2.2/:address/erc20/transfers',
    onChain('transfers', queried, (chain, c) => transfers(world, chain, c)),
  )
  routes.get(
    '/api/v2.2/:address/erc20',
    onChain('balance', queried, (chain, c) => balances(world, chain, c)),
  )
  routes.get(
    '/api/v2.2/latestBlockNumber/:chain',
    onChain(
      'latestBlock',
      (c) => c.req.param('chain') ?? '',
      (chain) => json(String(chain.head(world.now()))),
    ),
  )
  routes.get(
    '/api/v2.2/block/:block',
    onChain('block', queried, (chain, c) => block(world, chain, c.req.param('block') ?? '')),
  )
  routes.all('*', (context) => send(context, json({ message: 'Not Found' }, 404)))
  return routes
}

function transaction(world: World, chain: SimulatedChain, given: string, shape = moralisTransaction): Answer {
  const hash = given.toLowerCase()
  if (!/^0x[0-9a-f]{64}$/.test(hash)) return json({ message: 'transaction_hash must be a valid transaction hash' }, 400)
  const tx = chain.transaction(hash)
  const block = tx === undefined ? undefined : chain.block(tx.block, world.now())
  if (tx !== undefined && block !== undefined) return json(shape(tx, block))
  return unknownTransaction(hash)
}

/** The real one was seen to answer in both ways; which of them depends on the hash alone, so that tests can choose. */
function unknownTransaction(hash: string): Answer {
  const even = Number.parseInt(hash.slice(-1), 16) % 2 === 0
  return even ? json({ message: 'null' }, 404) : json({})
}

function block(world: World, chain: SimulatedChain, given: string): Answer {
  const id = given.toLowerCase()
  const isNumber = /^[0-9]{1,15}$/.test(id)
  if (!isNumber && !/^0x[0-9a-f]{64}$/.test(id)) return json({ message: 'block_number_or_hash is invalid' }, 400)
  const found = isNumber ? chain.block(Number(id), world.now()) : chain.blockByHash(id, world.now())
  return found === undefined ? json({ message: 'null' }, 404) : json(moralisBlock(chain, found))
}

function transfers(world: World, chain: SimulatedChain, context: Context<Bindings>): Answer {
  const wallet = parseAddress(chain.profile, context.req.param('address') ?? '')
  if (wallet === undefined) return json({ message: 'address must be a valid address' }, 400)
  const contracts = listIn(context, 'contract_addresses')
  return json(moralisTransfers(chain, world.now(), wallet, { ...context.req.query(), contract_addresses: contracts }))
}

function balances(world: World, chain: SimulatedChain, context: Context<Bindings>): Answer {
  const wallet = parseAddress(chain.profile, context.req.param('address') ?? '')
  if (wallet === undefined) return json({ message: 'address must be a valid address' }, 400)
  const upTo = Number(context.req.query('to_block') ?? Number.MAX_SAFE_INTEGER)
  const asked = listIn(context, 'token_addresses').map((token) => token.toLowerCase().replace(/^0x/, ''))
  const tokens = asked.length > 0 ? asked : [chain.profile.usdt]
  const rows = tokens.map((token) => ({
    token,
    balance: balanceOf(chain, token, wallet, Math.min(upTo, chain.head(world.now()))),
  }))
  return json(
    rows.filter(({ balance }) => balance > 0n).map(({ token, balance }) => moralisBalance(chain, token, balance)),
  )
}

// Clients write lists in either of these ways.
function listIn(context: Context<Bindings>, name: string): string[] {
  return Object.entries(context.req.queries()).flatMap(([key, values]) =>
    key === name || (key.startsWith(`${name}[`) && key.endsWith(']')) ? values : [],
  )
}
