import type { Database } from '@species/database'
import type { Endpoint } from '@species/http'
import { createMetrics, silentLogger } from '@species/platform'
import { dossierOf, manualClock, messageOf, pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { FloorManagerDeps } from '../app/deps.ts'
import { decide, openReviews } from '../app/review-events.ts'
import { floorManagerModule } from '../index.ts'
import { getReviews } from './operate.ts'
import { getReview } from './review-detail.ts'

const eventKey = '01900000-0000-7000-8000-000000000001'
const other = '01900000-0000-7000-8000-000000000002'
let database: Database
let deps: FloorManagerDeps
beforeAll(async () => {
  database = await pgliteWith(floorManagerModule)
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.script('TRUNCATE floor_manager.reviews, floor_manager.receipts')
  const nothing = { stageOf: async () => undefined }
  deps = {
    database,
    clock: manualClock(),
    log: silentLogger,
    metrics: createMetrics(),
    bus: { publish: async () => undefined },
    queries: {
      ...Object.fromEntries(['validator', 'assetManager', 'floorManager'].map((name) => [name, nothing])),
      matching: { stageOf: async () => ({ state: 'matched', atMs: 1_000 }) },
      floorManager: { ...nothing, receiptOf: async () => undefined },
      cashier: {
        stageOf: async () => ({ state: 'funded', atMs: 2_000, untilMs: 9_000 }),
        transfersOf: async (key: string) => [
          {
            transferId: 'payment:1',
            eventKey: key,
            kind: 'payment',
            atMs: 2_000,
            entries: [
              { seq: 1n, account: 'world:ETH', asset: 'USDT', amount: -5n },
              { seq: 2n, account: 'user:ann', asset: 'USDT', amount: 5n },
            ],
          },
        ],
      },
    },
  } as unknown as FloorManagerDeps
})

async function ask(endpoint: Endpoint, given: object): Promise<Record<string, unknown>> {
  const response = await endpoint.handle({ query: {}, params: {}, ...given } as never)
  return (await response.json()) as Record<string, unknown>
}
const open = (key: string): Promise<unknown> => {
  const dossier = dossierOf(key, { from: 'ann', to: 'bob', amount: '1' })
  const body = { eventKey: key, by: 'floor-manager' as const, reason: 'facts disagree', facts: { units: '7' }, dossier }
  return openReviews(deps, [messageOf('review', key, body)])
}
const show = (key: string): Promise<Record<string, unknown>> => ask(getReview(deps), { params: { eventKey: key } })

test('a review shows every step, posting, and the message of its event', async () => {
  await open(eventKey)
  const shown = await show(eventKey)
  expect(shown).toMatchObject({
    eventKey,
    reason: 'facts disagree',
    facts: { units: '7' },
    steps: [
      { module: 'matching', state: 'matched' },
      { module: 'cashier', state: 'funded', until: '1970-01-01T00:00:09.000Z' },
    ],
    postings: [
      {
        transferId: 'payment:1',
        entries: [
          { account: 'world:ETH', asset: 'USDT', amount: '-0.000005' },
          { account: 'user:ann', asset: 'USDT', amount: '0.000005' },
        ],
      },
    ],
    message: { eventKey, event: { from: 'ann', to: 'bob', amount: '1' } },
  })
  expect(shown['decision']).toBeUndefined()
  await expect(show(other)).rejects.toMatchObject({ code: 'not_found' })
})

test('one that is decided leaves the open list and stays visible, with who decided and why', async () => {
  await open(eventKey)
  await open(other)
  await decide(deps, eventKey, { decision: 'refuse', reason: 'it did not happen', operator: 'olga/key_1' })
  const list = async (state: string): Promise<unknown> =>
    ((await ask(getReviews(deps), { query: { state } }))['reviews'] as { eventKey: string }[]).map(
      (one) => one.eventKey,
    )
  expect([await list('open'), await list('decided')]).toEqual([[other], [eventKey]])
  expect(await show(eventKey)).toMatchObject({
    decision: 'refuse',
    decisionReason: 'it did not happen',
    decidedBy: 'olga/key_1',
  })
})

test('a message that this version cannot read is shown nevertheless', async () => {
  await open(eventKey)
  await database.query(`UPDATE floor_manager.reviews SET dossier = '{"of":"a newer version"}'`)
  expect(await show(eventKey)).toMatchObject({ message: { of: 'a newer version' } })
})
