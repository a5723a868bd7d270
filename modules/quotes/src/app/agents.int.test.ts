import { type AgentStanding, type CustodyPayment, quoteKeyOf } from '@species/contracts'
import { yes } from '@species/kernel'
import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { quotesModule } from '../index.ts'
import { agentId } from '../test-mandate.ts'
import { type World, createWorld, minuteMs } from '../test-world.ts'

let database: Database
let world: World
/** The agent as it stands. */
let agent: AgentStanding
/** The orders that a custodian was asked to take. */
let orders: string[]
beforeAll(async () => {
  database = await pgliteWith(quotesModule)
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.query('TRUNCATE quotes.transfers, quotes.quotes, quotes.addresses, quotes.custody_payments')
  world = createWorld(database)
  orders = []
  const create = (asked: Pick<CustodyPayment, 'orderId' | 'chain' | 'amountMicro'>) => {
    orders.push(asked.orderId ?? '')
    const validUntilMs = world.clock.now() + 30 * minuteMs
    return Promise.resolve(
      yes({ ...asked, paymentId: '5000', status: 'waiting', payAddress: `0x${'e'.repeat(40)}`, validUntilMs }),
    )
  }
  const agents = (ids: readonly string[]) => Promise.resolve(new Map(ids.map((id) => [id, agent])))
  Object.assign(world.deps, {
    custodian: { custodian: 'nowpayments', create },
    authenticator: { ...world.deps.authenticator, agents },
  })
})

const standing: AgentStanding = {
  agentId,
  owner: 'alice',
  name: 'buyer',
  status: 'active',
  mandateVersion: 1,
  mandate: { units: { perTrade: 10n } },
}
const stands = (more: Partial<AgentStanding> = {}): void => void (agent = { ...standing, ...more })
const mandated = (more: AgentStanding['mandate']): Partial<AgentStanding> => ({ mandate: more })
const make = () => world.ask('POST', '', { to: 'treasury', amount: 10, chain: 'ETH' }, 'alice@key_2')
const codeOf = ({ body }: Awaited<ReturnType<World['ask']>>): unknown => (body as unknown as { code?: string }).code
const stateOf = async (quoteId: string): Promise<string> => (await world.read(quoteId)).state

describe('an agent makes a quote', () => {
  test('while it may act, and of what its mandate allows', async () => {
    stands()
    expect((await make()).status).toBe(201)
  })

  test.each<[what: string, more: Partial<AgentStanding>, code: string]>([
    ['paused', { status: 'paused' }, 'agent_stopped'],
    ['revoked', { status: 'revoked' }, 'agent_stopped'],
    ['stopped by its owner', { status: 'stopped_by_owner' }, 'agent_stopped'],
    ['stopped by an operator', { status: 'stopped_by_operator' }, 'agent_stopped'],
    ['another owner’s', { owner: 'bob' }, 'agent_stopped'],
    ['without a mandate', { mandate: undefined }, 'mandate_required'],
    ['for sales', mandated({ units: { perTrade: 10n }, intents: ['SELL_MARKET'] }), 'outside_mandate'],
    ['for another chain', mandated({ units: { perTrade: 10n }, chains: ['TRON'] }), 'outside_mandate'],
    ['for nine units', mandated({ units: { perTrade: 9n } }), 'outside_mandate'],
    ['for a lower price', mandated({ units: { perTrade: 10n }, prices: { buyAtMost: 999_999n } }), 'outside_mandate'],
  ])('but not one that is %s, and nothing stays reserved', async (_what, more, code) => {
    stands(more)
    expect(codeOf(await make())).toBe(code)
    expect(await database.query('SELECT 1 FROM quotes.quotes')).toEqual([])
  })
})

describe('an agent cancels and pays through a custodian', () => {
  test('what its key made, and nothing that its owner or another key made', async () => {
    stands()
    const { body: own } = await make()
    const owners = await world.quote()
    for (const [quoteId, as] of [
      [owners.quoteId, 'alice@key_2'],
      [own.quoteId, 'alice@key_3'],
    ] as const) {
      expect(codeOf(await world.ask('POST', `/${quoteId}/nowpayments`, undefined, as))).toBe('not_found')
      expect(codeOf(await world.ask('DELETE', `/${quoteId}`, undefined, as))).toBe('not_found')
      expect(await stateOf(quoteId)).toBe('open')
    }
    expect([orders, world.released]).toEqual([[], []])
    expect((await world.ask('POST', `/${own.quoteId}/nowpayments`, undefined, 'alice@key_2')).status).toBe(200)
    expect((await world.ask('DELETE', `/${own.quoteId}`, undefined, 'alice@key_2')).status).toBe(200)
    expect([orders, world.released]).toEqual([[own.quoteId], [quoteKeyOf(own.quoteId)]])
  })

  test('but pays through none once it is paused; its owner still cancels what it made', async () => {
    stands()
    const { body: own } = await make()
    stands({ status: 'paused' })
    expect(codeOf(await world.ask('POST', `/${own.quoteId}/nowpayments`, undefined, 'alice@key_2'))).toBe(
      'agent_stopped',
    )
    expect(orders).toEqual([])
    expect((await world.ask('DELETE', `/${own.quoteId}`)).status).toBe(200)
  })
})
