import { atOnce, postgresAnswers, postgresWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { marketplaceApiModule } from '../index.ts'
import { createWorld, emptyEvents, requestOf } from '../test-world.ts'
import { createAccept } from './accept-event.ts'
import { makePartitionsAhead } from './body-partitions.ts'
import { sweep } from './sweep.ts'

describe.skipIf(!postgresAnswers)('what happens at once in several processes [needs Postgres]', () => {
  let database: Awaited<ReturnType<typeof postgresWith>>
  beforeAll(async () => {
    database = await postgresWith(marketplaceApiModule)
  })
  afterAll(async () => {
    await database.drop()
  })
  beforeEach(async () => {
    await emptyEvents(database)
  })

  it('twenty processes start at once and make the partitions once', async () => {
    const { clock } = await createWorld(database)
    clock.set(Date.UTC(2031, 0, 1))
    await atOnce(database.url, 20, (one) => makePartitionsAhead(one, clock))
    const made = await database.query(`SELECT 1 FROM pg_class WHERE relname LIKE 'event\\_bodies\\_2031\\___'`)
    expect(made).toHaveLength(3)
  })

  it('two hundred requests with one id are one event, one message and one answer', async () => {
    const { deps, published } = await createWorld(database)
    const processes = [1, 2, 3, 4].map(() => createAccept(deps))
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => processes[n % 4]!(requestOf({ eventId: 'event-0001' }))),
    )
    expect(new Set(answers.map((one) => one.ok && one.value.kept.eventKey)).size).toBe(1)
    expect(answers.filter((one) => one.ok && one.value.first)).toHaveLength(1)
    expect(published).toHaveLength(1)
    expect(await database.query('SELECT 1 FROM marketplace_api.event_keys')).toHaveLength(1)
    expect(await database.query('SELECT 1 FROM marketplace_api.event_bodies')).toHaveLength(1)
  })

  it('two bodies under one id: one is taken, all others are refused', async () => {
    const { deps, published } = await createWorld(database)
    const processes = [1, 2, 3, 4].map(() => createAccept(deps))
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        processes[n % 4]!(requestOf({ eventId: 'event-0001', amount: 1 + (n % 2) })),
      ),
    )
    expect(answers.filter((one) => one.ok)).toHaveLength(50)
    expect(published).toHaveLength(1)
  })

  it('the same ids in opposite order in many processes: no deadlock, each kept once', async () => {
    const { deps, published } = await createWorld(database)
    const ids = Array.from({ length: 100 }, (_, n) => `event-${n + 1_000}`)
    await Promise.all(
      [1, 2, 3, 4].map(async (process) => {
        const accept = createAccept(deps)
        await Promise.all((process % 2 ? ids : [...ids].reverse()).map((eventId) => accept(requestOf({ eventId }))))
      }),
    )
    expect(published).toHaveLength(100)
  })

  it('many sweepers drive each event once', async () => {
    const { deps, clock, accept, published } = await createWorld(database)
    await Promise.all(Array.from({ length: 300 }, (_, n) => accept(requestOf({ eventId: `event-${n + 1_000}` }))))
    clock.advance(15_000)
    published.length = 0
    await Promise.all(Array.from({ length: 8 }, () => sweep(deps)))
    await sweep(deps)
    expect(new Set(published.map((one) => one.key)).size).toBe(300)
    expect(published).toHaveLength(300)
  })
})
