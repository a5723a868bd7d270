import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type Topic, encodeBody, schemaOf } from '@species/contracts'
import { verifyReceipt } from '@species/sdk'
import { postgresAnswers } from '@species/testing'
import type { JSONWebKeySet } from 'jose'
import { describe, expect, test } from 'vitest'
import { until } from '../attacks/attack-stage.ts'
import { type Engine, type Thawed, thaw } from './open.ts'

/** Every recording there is; `record.ts` makes one. What stands here is readable for ever. */
const recordings = ['v5.0']

describe.each(recordings)('what %s has stored', (recording) => {
  test('every kind of message can be read, and means the same when it is written again', () => {
    const text = gunzipSync(readFileSync(join(import.meta.dirname, recording, 'messages.jsonl.gz'))).toString()
    const samples = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { topic: Topic; body: unknown })
    for (const { topic, body } of samples) {
      const read = schemaOf(topic).parse(body)
      expect(JSON.parse(encodeBody(read))).toMatchObject(body as object)
    }
    expect(new Set(samples.map(({ topic }) => topic)).size).toBeGreaterThan(20)
  })

  const engines: readonly Engine[] = ['embedded', 'postgres']
  for (const engine of engines)
    test.skipIf(engine === 'postgres' && !postgresAnswers)(
      `is opened, finished and verified on the ${engine} database`,
      async () => {
        const thawed = await thaw(recording, engine)
        try {
          await finish(thawed)
          await readEverything(thawed)
        } finally {
          await thawed.close()
        }
      },
      120_000,
    )
})

/** Everything that was under way ends as it must, and afterwards all that must always be true is. */
async function finish(thawed: Thawed): Promise<void> {
  const operator = thawed.as('operator')
  const { deadLetters } = (await operator.request('GET', '/admin/v1/dead-letters')).body as {
    deadLetters: { consumer: string; key: string }[]
  }
  expect(deadLetters.length).toBeGreaterThan(0)
  for (const { consumer, key } of deadLetters)
    await operator.request('POST', '/admin/v1/dead-letters/retry', { consumer, key })
  await thawed.control('/chains/ETH/blocks', { count: 20 })
  await thawed.grantConsents()
  const states = async (): Promise<Record<string, boolean>> =>
    Object.fromEntries(
      await Promise.all(
        thawed.unfinished.map(async ({ eventId, owner, endsAs }) => {
          const { state } = await thawed.as(owner).getEvent(eventId)
          return [`${eventId} is ${state}`, endsAs.includes(state)] as const
        }),
      ),
    )
  await until(states, (all) => Object.values(all).every(Boolean), 100_000)
  const { reviews } = (await operator.request('GET', '/admin/v1/reviews')).body as { reviews: { eventKey: string }[] }
  expect(reviews.length).toBeGreaterThan(0)
  for (const { eventKey } of reviews)
    await operator.request('POST', `/admin/v1/reviews/${eventKey}`, {
      decision: 'confirm',
      reason: 'seen in the books',
    })
  const doctor = await until(
    async () => (await operator.request('GET', '/admin/v1/doctor')).body as { breaches: string[]; inFlight: unknown[] },
    ({ inFlight }) => inFlight.length === 0,
  )
  expect(doctor.breaches).toEqual([])
}

/** The owner of each event reads it and its receipt, which this code verifies; operators read all configurations. */
async function readEverything(thawed: Thawed): Promise<void> {
  const jwks = (await (await thawed.fetch('/.well-known/jwks.json')).json()) as JSONWebKeySet
  const events = await thawed.database.query<{ owner: string; event_id: string }>(
    `SELECT owner, event_id FROM marketplace_api.event_keys WHERE owner IN ('alice', 'bob', 'carol')`,
  )
  expect(events.length).toBeGreaterThan(50)
  for (const { owner, event_id } of events) {
    expect((await thawed.as(owner).getEvent(event_id))['ended']).toBeDefined()
    const { jws } = await thawed.as(owner).getReceipt(event_id)
    expect(await verifyReceipt(jws, jwks)).toMatchObject({ eventId: event_id, sandbox: true })
  }
  for (const name of ['alice', 'bob', 'carol']) {
    await thawed.as(name).balance(name)
    await thawed.as(name).transactions(name)
    await thawed.as(name).request('GET', '/marketplace/v1/keys')
    await thawed.as(name).request('GET', '/marketplace/v1/wallets')
  }
  const { versions } = (await thawed.as('operator').request('GET', '/admin/v1/config/versions')).body as {
    versions: unknown[]
  }
  expect(versions.length).toBeGreaterThan(2)
}
