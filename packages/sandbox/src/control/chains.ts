import { randomBytes } from 'node:crypto'
import { Hono } from 'hono'
import type { Context } from 'hono'
import { z } from 'zod'
import type { ChainName } from '../chains/profile.ts'
import { chainNames } from '../chains/profile.ts'
import type { TransferWish } from '../chains/transfer.ts'
import { buildTransaction, movedLogs } from '../chains/transfer.ts'
import type { Bindings } from '../http/answer.ts'
import { problem, readBody } from '../http/problem.ts'
import type { World } from '../state/world.ts'
import { newSalt } from '../state/world.ts'

const maxBlocksAtOnce = 1_000_000

const wish = {
  token: z.string(),
  from: z.string(),
  to: z.string(),
  amount: z.string().optional(),
  baseUnits: z.string().optional(),
  event: z.enum(['Transfer', 'Approval', 'none']).optional(),
}
const transferBody = z.strictObject({
  ...wish,
  status: z.enum(['success', 'failed']).default('success'),
  blockTime: z.int().min(0).optional(),
  transfers: z.array(z.strictObject(wish)).max(1_000).default([]),
})
const blocksBody = z.strictObject({ count: z.int().min(1).max(maxBlocksAtOnce) })
const reorgBody = z.strictObject({ depth: z.int().min(1), moveLogs: z.int().min(0).max(10_000).optional() })

/** Orders to the simulated chains. */
export function chainControl(world: World): Hono<Bindings> {
  const routes = new Hono<Bindings>()

  routes.post('/:chain/transfers', (context) =>
    onChain(context, async (name) => {
      const given = await readBody(context, transferBody)
      return given.ok ? mineTransfer(world, name, given.body) : given.response
    }),
  )

  routes.post('/:chain/blocks', (context) =>
    onChain(context, async (name) => {
      const given = await readBody(context, blocksBody)
      if (!given.ok) return given.response
      world.record({ t: 'chain', chain: name, change: { k: 'mine', at: world.now(), count: given.body.count } })
      world.commit()
      return headOf(world, name)
    }),
  )

  routes.post('/:chain/reorg', (context) =>
    onChain(context, async (name) => {
      const given = await readBody(context, reorgBody)
      return given.ok ? reorganise(world, name, given.body) : given.response
    }),
  )
  return routes
}

function mineTransfer(world: World, name: ChainName, body: z.output<typeof transferBody>): Response {
  const chain = world.chains[name]
  const wishes: [TransferWish, ...TransferWish[]] = [body, ...body.transfers]
  const built = buildTransaction(chain.profile, wishes, body.status === 'success', randomBytes(32))
  if (!built.ok) return problem('invalid_request', built.detail)
  const { tx } = built
  const at = world.now()
  world.record({ t: 'chain', chain: name, change: { k: 'tx', at, time: body.blockTime ?? at, tx } })
  world.commit()
  const logIndexes = tx.logs.map((log) => log.index)
  const blockNumber = chain.transaction(tx.hash)?.block
  return Response.json({ hash: tx.hash, logIndex: logIndexes[0] ?? null, logIndexes, blockNumber }, { status: 201 })
}

/** Drops the last blocks; with `moveLogs` their transactions are mined again on top, each in a block of its own. */
function reorganise(world: World, name: ChainName, { depth, moveLogs }: z.output<typeof reorgBody>): Response {
  const chain = world.chains[name]
  const at = world.now()
  const most = chain.maxReorgDepth(at)
  if (depth > most)
    return problem('invalid_request', `depth: the simulated history is only ${String(most)} blocks deep`)
  const again = moveLogs === undefined ? [] : chain.transactionsAbove(chain.head(at) - depth)
  world.record({ t: 'chain', chain: name, change: { k: 'reorg', at, depth, salt: newSalt() } })
  for (const dropped of again) {
    const tx = movedLogs(chain.profile, dropped, moveLogs ?? 0)
    world.record({ t: 'chain', chain: name, change: { k: 'tx', at, time: at, tx } })
  }
  world.commit()
  return headOf(world, name)
}

async function onChain(context: Context<Bindings>, run: (name: ChainName) => Promise<Response>): Promise<Response> {
  const given = context.req.param('chain')
  const name = chainNames.find((candidate) => candidate === given)
  return name === undefined ? problem('not_found', `the chains are ${chainNames.join(', ')}`) : await run(name)
}

function headOf(world: World, name: ChainName): Response {
  const block = world.chains[name].block(world.chains[name].head(world.now()), world.now())
  return Response.json({ head: block?.number, hash: block?.hash })
}
