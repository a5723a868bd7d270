import type { MoveOutcome, StateBodies } from '@species/contracts'
import { unknown } from '@species/kernel'
import { type Bus, type Outgoing, createDeadLetters } from '@species/bus'
import type { Database } from '@species/database'
import { createMetrics, silentLogger } from '@species/platform'
import { countingIds, dossierOf, manualClock, messageOf, pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { listReviews } from '../adapters/review-rows.ts'
import { postReview } from '../http/operate.ts'
import { floorManagerModule } from '../index.ts'
import type { FloorManagerDeps } from './deps.ts'
import { openReviews } from './review-events.ts'
import { verifyDeliveries, verifyDue } from './verify-deliveries.ts'

const keyOf = (n: number): string => `01900000-0000-7000-8000-00000000000${n}`
const clock = manualClock()
let database: Database
let published: Outgoing[]
let answers: (key: string) => MoveOutcome
let deps: FloorManagerDeps
beforeAll(async () => {
  database = await pgliteWith(floorManagerModule)
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.script('TRUNCATE floor_manager.verifications, floor_manager.reviews; TRUNCATE runtime.dead_letters')
  published = []
  answers = () => unknown('down')
  deps = {
    database,
    clock,
    ids: countingIds(clock),
    log: silentLogger,
    metrics: createMetrics(),
    config: { at: async () => ({ deadlines: { unknownMs: 86_400_000 } }) },
    onli: { verify: async (refs: readonly { key: string }[]) => refs.map(({ key }) => answers(key)) },
    bus: { publish: async (messages: readonly Outgoing[]) => void published.push(...messages) } as unknown as Bus,
  } as unknown as FloorManagerDeps
})

const delivery = { operationId: 'op-1', kind: 'change_owner', fromVault: 'a', toVault: 'b', units: 3n } as const
function delivered(n: number): StateBodies['delivered'] {
  const event = { from: 'alice', to: 'bob', amount: '3' }
  return dossierOf(keyOf(n), event, {
    intent: 'TRANSFER',
    payment: { source: 'none', claims: [] },
    match: { units: 3n, totalMicro: 0n, fills: [] },
    funding: { lines: [], feeMicro: 0n, feePerFillMicro: [], paymentTransferIds: [] },
    delivery,
  }) as StateBodies['delivered']
}
const yes = (): MoveOutcome => ({ kind: 'yes', operationId: 'op-1', value: { ...delivery, ownerVault: 'b' } })
const makeNewer = (table: string, n: number) =>
  database.query(`UPDATE floor_manager.${table} SET dossier = dossier || '{"newer": true}' WHERE event_key = $1`, [
    keyOf(n),
  ])

it('a verification that is due and cannot be read stops no other, and is a dead letter in the end', async () => {
  await verifyDeliveries(
    deps,
    [1, 2].map((n) => messageOf('delivered', keyOf(n), delivered(n))),
  )
  await makeNewer('verifications', 1)
  answers = yes
  for (let look = 1; look <= 8; look++) {
    clock.advance(60_000)
    await verifyDue(deps)
  }
  expect(published.map((one) => [one.topic, one.key])).toEqual([['confirmed', keyOf(2)]])
  const letters = await createDeadLetters(database, clock).list()
  expect(letters).toMatchObject([{ consumer: 'oracle-due', key: keyOf(1), topic: 'delivered', attempts: 8 }])
})

it('a review that cannot be read is listed with the others, and its decision is refused until it can be read', async () => {
  const notices = [1, 2].map((n) => {
    const body = { eventKey: keyOf(n), by: 'floor-manager', reason: 'why', facts: {}, dossier: delivered(n) } as const
    return messageOf('review', keyOf(n), body)
  })
  await openReviews(deps, notices)
  await makeNewer('reviews', 1)
  const listed = { owner: 'alice', intent: 'TRANSFER', reason: 'why' }
  expect(await listReviews(database, 'open', 10)).toMatchObject([
    { ...listed, eventKey: keyOf(1) },
    { ...listed, eventKey: keyOf(2) },
  ])
  published = []
  const decide = (n: number): Promise<Response> =>
    Promise.resolve(
      postReview(deps).handle({
        principal: { onliId: 'olga', keyId: 'key_1', scopes: ['operator'] },
        params: { eventKey: keyOf(n) },
        body: { decision: 'refuse', reason: 'they never moved' },
      } as never),
    )
  await expect(decide(1)).rejects.toMatchObject({ code: 'service_unavailable' })
  expect(published).toEqual([])
  expect((await decide(2)).status).toBe(200)
  expect(published.map((one) => [one.topic, one.key])).toEqual([
    ['review.decided', keyOf(2)],
    ['refused', keyOf(2)],
  ])
  expect(await listReviews(database, 'open', 10)).toMatchObject([{ eventKey: keyOf(1) }])
})
