import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { payoutsModule } from '../index.ts'
import { hashOf, testTables } from '../test-books.ts'
import { type Caller, type World, createWorld, operator, wallet } from '../test-world.ts'

/** The address that ann's money goes to, two operators, and what a payout of 25.5 USDT sends. */
export const mine = '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed'
export const base = '/marketplace/v1/payouts'
export const [grace, alan] = [operator('grace'), operator('alan')]
export const order = { chain: 'ETH', from: wallet, to: mine, amountMicro: 25_500_000n } as const

interface Made {
  readonly payoutId: string
  readonly state: string
  readonly approvalHash: string
}

/** What users and operators do with payouts, over HTTP. Answers with the state, or with the code of the refusal. */
export interface Play {
  readonly database: Database
  readonly world: World
  /** Begins again. */
  reset(): Promise<void>
  request(amount?: string, as?: Caller, requestId?: string): ReturnType<World['ask']>
  made(amount?: string, as?: Caller): Promise<Made>
  act(payoutId: string, what: string, body?: object, by?: Caller): Promise<string>
  read(payoutId: string): Promise<Record<string, unknown>>
  state(payoutId: string): Promise<string>
  approve(payoutId: string, by?: Caller): Promise<string>
  /** A payout that is approved and being sent by hand. */
  sending(amount?: string): Promise<string>
  /** One whose transaction is named. */
  sent(n: number): Promise<string>
}

let count = 0

/** The module over a database of its own; before each test it is empty, and ann has 20 USDT of proceeds and 80 of credit. */
export function usePlay(): Play {
  let database: Database
  let world: World
  beforeAll(async () => {
    database = await pgliteWith(payoutsModule)
    await database.script(testTables)
  })
  afterAll(() => database.close())
  const reset = async (): Promise<void> => {
    await database.script(
      'TRUNCATE payouts.addresses, payouts.payouts, payouts.history, payouts.halts, payouts.proceeds, payouts.proceeds_owners, test.balances, test.holds, test.posted, test.claims CASCADE',
    )
    world = createWorld(database)
    world.config = { ...world.config, payouts: { ...world.config.payouts, addressDelayMs: 0 } }
    await world.give('payable:ann', 20_000_000n)
    await world.give('user:ann', 80_000_000n)
  }
  beforeEach(reset)
  const play: Play = {
    reset,
    get database() {
      return database
    },
    get world() {
      return world
    },
    async request(amount = '25.5', as = {}, requestId = `request-${++count}`) {
      const owner = { onliId: as.onliId ?? 'ann' }
      await world.ask('POST', '/marketplace/v1/addresses', { chain: 'ETH', address: mine }, owner)
      return await world.ask('POST', base, { requestId, chain: 'ETH', address: mine, amount }, as)
    },
    async made(amount, as) {
      const answer = await play.request(amount, as)
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
      return answer.body as unknown as Made
    },
    async act(payoutId, what, body = {}, by = grace) {
      const { status, body: answer } = await world.ask('POST', `/admin/v1/payouts/${payoutId}/${what}`, body, by)
      return status === 200 ? String(answer['state']) : String(answer.code)
    },
    read: async (payoutId) => (await world.ask('GET', `/admin/v1/payouts/${payoutId}`, undefined, grace)).body,
    state: async (payoutId) => String((await play.read(payoutId))['state']),
    approve: async (payoutId, by = grace) =>
      await play.act(payoutId, 'approve', { approvalHash: (await play.read(payoutId))['approvalHash'] }, by),
    async sending(amount) {
      const { payoutId } = await play.made(amount)
      expect(await play.approve(payoutId)).toBe('approved')
      expect(await play.act(payoutId, 'send')).toBe('sending')
      return payoutId
    },
    async sent(n) {
      const payoutId = await play.sending()
      expect(await play.act(payoutId, 'hash', { hash: hashOf(n) })).toBe('sent')
      return payoutId
    },
  }
  return play
}
