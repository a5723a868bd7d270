import { Hono } from 'hono'
import { chainNames } from '../chains/profile.ts'
import type { FaultBoard } from '../faults/board.ts'
import type { Bindings } from '../http/answer.ts'
import { problem } from '../http/problem.ts'
import type { NowPaymentsDesk } from '../nowpayments/desk.ts'
import type { OnliDesk } from '../onli/desk.ts'
import type { World } from '../state/world.ts'
import type { StreamSender } from '../streams/sender.ts'
import { chainControl } from './chains.ts'
import { faultControl } from './faults.ts'
import { isLoopbackHost } from './loopback.ts'
import { nowPaymentsControl } from './nowpayments.ts'
import { onliControl } from './onli.ts'
import { streamControl } from './streams.ts'

export interface ControlDeps {
  readonly world: World
  readonly desk: OnliDesk
  readonly board: FaultBoard
  readonly sender: StreamSender
  readonly payments: NowPaymentsDesk
  readonly log: (line: string, fields?: object) => void
}

/** The control API: whoever reaches it can mint proofs of payment. */
export function controlRoutes(deps: ControlDeps): Hono<Bindings> {
  const routes = new Hono<Bindings>()
  // Loopback alone does not keep out a web page in this machine's browser: a page can neither send this content type
  // without asking first, nor this Host under a name of its own.
  routes.use('*', async (context, next) => {
    if (!isLoopbackHost(context.req.header('host') ?? ''))
      return problem('forbidden', 'the control API answers to loopback names only')
    const json = /^application\/json\s*(;|$)/i.test(context.req.header('content-type') ?? '')
    if (context.req.method === 'POST' && !json)
      return problem('invalid_request', 'content-type must be application/json')
    await next()
    return undefined
  })
  routes.route('/chains', chainControl(deps.world))
  routes.route('/faults', faultControl(deps.board))
  routes.route('/streams', streamControl(deps.world, deps.sender))
  routes.route('/nowpayments', nowPaymentsControl(deps.world, deps.payments))
  routes.route('/', onliControl(deps.world, deps.desk))
  routes.get('/state', () => Response.json(stateOf(deps)))
  routes.all('*', (context) => problem('not_found', `no ${context.req.method} ${context.req.path}`))
  routes.onError((error) => {
    deps.log('sandbox: control call failed', { error: String(error) })
    return problem('internal', error.message)
  })
  return routes
}

function stateOf({ world, board }: ControlDeps): object {
  const now = world.now()
  const chains = chainNames.map((name) => {
    const chain = world.chains[name]
    return [
      name,
      { head: chain.head(now), transactions: chain.transactionCount, blockIntervalMs: chain.intervalMs },
    ] as const
  })
  const vaults = Array.from(world.onli.vaults(), ({ vault, amount }) => [vault, amount.toString()] as const)
  return {
    chains: Object.fromEntries(chains),
    vaults: Object.fromEntries(vaults),
    operations: world.onli.operationCount,
    consent: world.onli.consentByDefault,
    honoursIdempotencyKeys: world.onli.honoursKeys,
    faults: board.list().length,
  }
}
