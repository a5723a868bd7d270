import type { Claim } from '@species/contracts'
import { paymentTransferId } from '@species/kernel'
import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { cashierModule } from '../index.ts'
import {
  type MatchedEvent,
  type World,
  cancelled,
  claim,
  createWorld,
  eventKey,
  matched,
  matchedBody,
  only,
  paymentClaimed,
} from '../test-world.ts'
import { creditClaims } from './book-payments.ts'
import { fundEvents } from './fund-events.ts'
import { releaseEvents } from './release-events.ts'

let database: Database
let world: World
beforeAll(async () => {
  database = await pgliteWith(cashierModule)
  world = createWorld(database)
})
afterAll(() => database.close())

const transfer: MatchedEvent = { intent: 'TRANSFER', from: 'alice', to: 'bob', match: { units: 1n } }
const [carriedClaim, second, third] = [4_000_000n, 2_000_000n, 1_000_000n].map((amount, logIndex) =>
  claim(1, 'alice', amount, { logIndex }),
) as [Claim, Claim, Claim]
const rest = { claims: 2, amountMicro: 3_000_000n }
const event: MatchedEvent = {
  intent: 'BUY_TREASURY',
  from: 'alice',
  match: { units: 10n, totalMicro: 15_000_000n },
  payment: { source: 'chain', claims: [carriedClaim], rest },
}

it('a payment by more transfers than an event carries is refused with all that was paid, and ends when all is credit', async () => {
  const { refusal } = only(await fundEvents(world.deps, [matched(1, event)]), 'refused').body
  expect(refusal.code).toBe('insufficient_payment')
  expect(refusal.detail).toContain('4.000000 were paid by the largest transfers')
  expect(refusal.detail).toContain('3.000000 by the others')

  const back = [cancelled(matchedBody(1, event)), cancelled(matchedBody(2, transfer))]
  const keys = async () => (await releaseEvents(world.deps, back)).map((message) => message.key)
  expect(await keys()).toEqual([eventKey(2)])
  await creditClaims(world.deps, [paymentClaimed(1, second), paymentClaimed(1, carriedClaim)])
  expect(await keys()).toEqual([eventKey(2)])
  await creditClaims(world.deps, [paymentClaimed(1, third)])
  const [first] = await releaseEvents(world.deps, back)
  expect(first).toMatchObject({
    topic: 'released',
    key: eventKey(1),
    body: {
      release: { creditedMicro: 7_000_000n, paymentTransferIds: [paymentTransferId(carriedClaim)] },
    },
  })
  expect(await cashierModule.queries(database).auditLedger()).toEqual([])
})
