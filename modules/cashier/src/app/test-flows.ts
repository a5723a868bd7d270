import type { Outgoing } from '@species/bus'
import type { StateBodies } from '@species/contracts'
import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { cashierModule } from '../index.ts'
import {
  type MatchedEvent,
  type World,
  balancesOf,
  cancelled,
  claim,
  confirmed,
  createWorld,
  emptyLedger,
  matched,
  only,
  paymentClaimed,
} from '../test-world.ts'
import { creditClaims } from './book-payments.ts'
import { fundEvents } from './fund-events.ts'
import { releaseEvents } from './release-events.ts'
import { settleEvents } from './settle-events.ts'

export let database: Database
export let world: World

/** Opens a ledger for the tests of a file, which is empty before each. */
export function openLedger(): void {
  beforeAll(async () => {
    database = await pgliteWith(cashierModule)
  })
  afterAll(async () => {
    await database.close()
  })
  beforeEach(async () => {
    await emptyLedger(database)
    world = createWorld(database)
  })
}

export const credit = (n: number, payer: string, amount: bigint): Promise<Outgoing[]> =>
  creditClaims(world.deps, [paymentClaimed(n, claim(n, payer, amount))])
export const fund = async (n: number, event: MatchedEvent): Promise<StateBodies['funded']> =>
  only(await fundEvents(world.deps, [matched(n, event)]), 'funded').body
export const refusal = async (n: number, event: MatchedEvent): Promise<StateBodies['refused']['refusal']> =>
  only(await fundEvents(world.deps, [matched(n, event)]), 'refused').body.refusal
export const settle = async (body: StateBodies['funded']): Promise<StateBodies['settled']> =>
  only(await settleEvents(world.deps, [confirmed(body)]), 'settled').body
export const release = async (body: StateBodies['matched']): Promise<StateBodies['released']> =>
  only(await releaseEvents(world.deps, [cancelled(body)]), 'released').body
export const balances = (): ReturnType<typeof balancesOf> => balancesOf(database)
export const audit = (): Promise<string[]> => cashierModule.queries(database).auditLedger()

/** Gives units out of nothing, as a purchase from the treasury does. */
export async function give(n: number, onliId: string, units: bigint): Promise<void> {
  await settle(
    await fund(n, {
      intent: 'BUY_TREASURY',
      from: onliId,
      match: { units },
      payment: { source: 'credit', claims: [] },
    }),
  )
}

export const buy: MatchedEvent = {
  intent: 'BUY_TREASURY',
  from: 'alice',
  match: { units: 10n, totalMicro: 15_000_000n },
  payment: { source: 'chain', claims: [claim(1, 'alice', 20_000_000n)] },
}
export const transfer = (units: bigint): MatchedEvent => ({
  intent: 'TRANSFER',
  from: 'alice',
  to: 'bob',
  match: { units },
})
