import { type Bus, type Database, type Outgoing, createDeadLetters, createMetrics } from '@species/runtime'
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
beforeAll(async () => {
  database = await pgliteWith()
})
afterAll(async () => {
  await database.close()
})
beforeEach(async () => {
  published = []
  busIsAway = false
  await letters().remove(letter.consumer, letter.key)
  await letters().countAttempt(letter.consumer, letter.key)
  await letters().park({ ...letter, message: messageOf('payment.claimed', letter.key, body), cause: 'Error: poison' })
})

const clock = manualClock()
const letters = () => createDeadLetters(database, clock)

async function retry(): Promise<number> {
  const bus = {
    publish: async (messages: readonly Outgoing[]) => {
      if (busIsAway) throw new Error('the bus is away')
      // Not forgotten before it is sent.
      expect(await letters().list()).toHaveLength(1)
      published.push(...messages)
    },
  } as unknown as Bus
  const endpoints = operationEndpoints({ database, bus, metrics: createMetrics(), deadLetters: letters() })
  const endpoint = endpoints.find(({ spec }) => spec.path === '/admin/v1/dead-letters/retry')
  const call = { body: letter, params: {}, query: {}, rawBody: '', headers: new Headers(), trace: 't', requestId: 'r' }
  const response = await endpoint?.handle({
    ...call,
    principal: { onliId: 'operator', keyId: 'k', scopes: ['operator'] },
    signal: new AbortController().signal,
    resend: false,
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
  await letters().remove(letter.consumer, letter.key)
  await expect(retry()).rejects.toMatchObject({ code: 'not_found' })
})
