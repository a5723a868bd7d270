import { type Bus, type Outgoing, createDeadLetters } from '@species/bus'
import type { Database } from '@species/database'
import { createMetrics } from '@species/platform'
import { manualClock, messageOf, pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { operationEndpoints } from './endpoints.ts'

const claim = {
  chain: 'ETH' as const,
  hash: `0x${'a'.repeat(64)}`,
  logIndex: 3,
  payer: 'alice',
  amountMicro: 9_007_199_254_740_993n,
  fromAddress: '0x1',
  toAddress: '0x2',
  blockNumber: 7,
  blockTimeMs: 1,
}
const body = { eventKey: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f', claim }
const letter = { consumer: 'cashier-payment-claimed', key: 'ETH:0xa#3' }

let database: Database
let published: Outgoing[]
let busIsAway: boolean
/** What happens between the sending of a letter and its being forgotten. */
let onPublish: () => Promise<void>
beforeAll(async () => {
  database = await pgliteWith()
})
afterAll(async () => {
  await database.close()
})
beforeEach(async () => {
  published = []
  busIsAway = false
  await database.query('TRUNCATE runtime.dead_letters')
  onPublish = async () => undefined
  await letters().countAttempt(letter.consumer, letter.key)
  await park('Error: poison', 1)
})

const clock = manualClock()
const letters = () => createDeadLetters(database, clock)
const park = (cause: string, attempts: number): Promise<void> =>
  letters().park({ ...letter, message: messageOf('payment.claimed', letter.key, body), cause, attempts })

async function retry(): Promise<number> {
  const bus = {
    publish: async (messages: readonly Outgoing[]) => {
      if (busIsAway) throw new Error('the bus is away')
      // Not forgotten before it is sent.
      expect(await letters().list()).toHaveLength(1)
      published.push(...messages)
      await onPublish()
    },
  } as unknown as Bus
  const endpoints = operationEndpoints({
    database,
    bus,
    metrics: createMetrics(),
    deadLetters: letters(),
    instance: 'i',
    health: async () => ({}),
    hasMetricsPage: true,
    watch: { lines: () => [] },
  })
  const endpoint = endpoints.find(({ spec }) => spec.path === '/admin/v1/dead-letters/retry')
  const call = {
    body: letter,
    params: {},
    query: {},
    rawBody: '',
    headers: new Headers(),
    trace: 't',
    network: 'local',
    requestId: 'r',
  }
  const response = await endpoint?.handle({
    ...call,
    principal: { onliId: 'operator', keyId: 'k', scopes: ['operator'] },
    signal: new AbortController().signal,
    resend: false,
    changed: () => undefined,
  })
  return response?.status ?? 0
}

it('a letter is sent again as it was, quantities too, and forgotten once it is sent', async () => {
  expect(await retry()).toBe(200)
  expect(published).toMatchObject([{ topic: 'payment.claimed', key: letter.key, body }])
  expect(await letters().list()).toEqual([])
})

it('a letter that cannot be sent stays', async () => {
  busIsAway = true
  await expect(retry()).rejects.toThrow('away')
  expect(await letters().list()).toMatchObject([{ ...letter, cause: 'Error: poison', attempts: 1 }])
})

it('a letter that is gone is answered with what that means', async () => {
  await database.query('TRUNCATE runtime.dead_letters')
  await expect(retry()).rejects.toMatchObject({ code: 'not_found' })
})

it('a letter that has failed again before it is forgotten stays, with its new cause', async () => {
  onPublish = async () => {
    clock.advance(1)
    await park('Error: again', await letters().countAttempt(letter.consumer, letter.key))
  }
  expect(await retry()).toBe(200)
  expect(await letters().list()).toMatchObject([{ ...letter, cause: 'Error: again', attempts: 2 }])
})

it('a letter that is failing again while it is forgotten stays: its failure is counted, and then it is parked', async () => {
  let attempts = 0
  onPublish = async () => {
    attempts = await letters().countAttempt(letter.consumer, letter.key)
  }
  expect(await retry()).toBe(200)
  expect(await letters().list()).toMatchObject([{ ...letter, cause: 'Error: poison', attempts: 2 }])
  await park('Error: again', attempts)
  expect(await letters().list()).toMatchObject([{ ...letter, cause: 'Error: again', attempts: 2 }])
})

it('a letter is parked although its count is gone, with what was counted', async () => {
  const attempts = await letters().countAttempt(letter.consumer, letter.key)
  await database.query('TRUNCATE runtime.dead_letters')
  await park('Error: again', attempts)
  expect(await letters().find(letter.consumer, letter.key)).toMatchObject({
    cause: 'Error: again',
    attempts: 2,
    body: {},
  })
})
