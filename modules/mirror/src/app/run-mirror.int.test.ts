import { type Database, openPostgres } from '@species/database'
import { no, unknown, yes } from '@species/kernel'
import { pgliteWith, postgresAnswers, postgresWith } from '@species/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readRefused, queueRefused } from '../adapters/pair-rows.ts'
import { readProgress, takeLease } from '../adapters/progress-rows.ts'
import { mirrorModule } from '../index.ts'
import { type World, createWorld, payment } from '../test-world.ts'
import { compareBook } from './compare.ts'
import { createMirrorRound } from './run-mirror.ts'

let database: Database
let world: World
let round: () => Promise<void>
beforeAll(async () => {
  database = await pgliteWith(mirrorModule)
})
afterAll(() => database.close())
beforeEach(() => {
  world = createWorld(database)
  round = createMirrorRound(world.deps)
})
afterEach(() => database.script('TRUNCATE mirror.pairs, mirror.progress, mirror.accounts RESTART IDENTITY'))

const written = (): string[] => world.book.map(({ externalId }) => externalId)

it('writes what the ledger posted, in its order and once, however often it runs', async () => {
  world.ledger.push(payment(1), payment(3), payment(5))
  await round()
  await round()
  expect(written()).toEqual(['payment:1:1', 'payment:3:1', 'payment:5:1'])
  expect(await readProgress(database)).toMatchObject({ seq: 6n, failure: undefined })
})

it('catches up in order after the book was down, and says meanwhile why nothing is written', async () => {
  world.isDown = true
  world.ledger.push(payment(1))
  await round()
  world.ledger.push(payment(3))
  await round()
  expect(await readProgress(database)).toMatchObject({ seq: 4n, failure: 'down' })
  expect((await world.deps.metrics.mirrorQueued.get()).values[0]?.value).toBe(2)
  world.isDown = false
  await round()
  expect(written()).toEqual(['payment:1:1', 'payment:3:1'])
  expect((await readProgress(database)).failure).toBeUndefined()
})

it('writes once what the book wrote without an answer: it is looked for first', async () => {
  world.ledger.push(payment(1), payment(3))
  world.onPost = async (_entry, write) => {
    write()
    return unknown('no answer')
  }
  await round()
  expect(written()).toEqual(['payment:1:1'])
  world.onPost = async (_entry, write) => yes(write())
  await round()
  expect(written()).toEqual(['payment:1:1', 'payment:3:1'])
  expect(world.searched).toEqual(['payment:1:1', 'payment:3:1'])
})

it('writes once where the process dies between the call and the stored id', async () => {
  world.ledger.push(payment(1), payment(3))
  world.onPost = async (entry, write) => {
    const id = write()
    if (entry.externalId === 'payment:3:1') throw new Error('killed')
    return yes(id)
  }
  await expect(round()).rejects.toThrow('killed')
  const next = createWorld(database)
  next.ledger.push(...world.ledger)
  next.book.push(...world.book)
  next.clock.advance(61_000)
  await createMirrorRound(next.deps)()
  expect(next.book.map(({ externalId }) => externalId)).toEqual(['payment:1:1', 'payment:3:1'])
})

it('has one writer: a second process waits until the lease of the first ends', async () => {
  world.ledger.push(payment(1))
  await takeLease(database, 'another', world.clock.now(), 60_000)
  await round()
  expect(written()).toEqual([])
  world.clock.advance(60_001)
  await round()
  expect(written()).toEqual(['payment:1:1'])
})

it('stores nothing for a process whose lease was taken over meanwhile', async () => {
  world.ledger.push(payment(1))
  world.onPost = async (_entry, write) => {
    world.clock.advance(60_001)
    await takeLease(database, 'another', world.clock.now(), 60_000)
    return yes(write())
  }
  await round()
  const rows = await database.query<{ state: string; tried: boolean }>('SELECT state, tried FROM mirror.pairs')
  expect(rows).toEqual([{ state: 'queued', tried: true }])
})

it('sets aside what the book refuses for good, goes on, and writes it when asked again', async () => {
  world.ledger.push(payment(1), payment(3))
  world.onPost = async (entry, write) =>
    entry.externalId === 'payment:1:1' ? no('invalid_request', 'no such account') : yes(write())
  await round()
  expect(written()).toEqual(['payment:3:1'])
  expect(await readRefused(database, 10)).toEqual([{ externalId: 'payment:1:1', refusal: 'no such account' }])
  world.onPost = async (_entry, write) => yes(write())
  expect(await queueRefused(database, 10)).toBe(1)
  await round()
  expect(written()).toEqual(['payment:3:1', 'payment:1:1'])
})

it('writes one summary for each pair of accounts and hour where too much waits, with the same sums', async () => {
  const hour = (seq: number): number => Date.UTC(2026, 0, 1, seq > 3_000 ? 13 : 12, 5)
  for (let seq = 1; seq < 6_000; seq += 2) world.ledger.push(payment(seq, { atMs: hour(seq) }))
  await round()
  expect(world.book).toHaveLength(2)
  expect(world.book.map(({ atMs }) => new Date(atMs).getUTCHours())).toEqual([12, 13])
  expect(world.book.reduce((sum, { amount }) => sum + amount, 0n)).toBe(15_000n)
  const [row] = await database.query<{ linked: bigint }>(
    `SELECT count(*) AS linked FROM mirror.pairs p JOIN mirror.pairs s ON s.external_id = p.summary WHERE s.state = 'written'`,
  )
  expect(row?.linked).toBe(3_000n)
})

it('never summarises what may be in the book already', async () => {
  world.ledger.push(payment(1))
  world.onPost = async (_entry, write) => {
    write()
    return unknown('no answer')
  }
  await round()
  for (let seq = 3; seq < 6_000; seq += 2) world.ledger.push(payment(seq))
  world.onPost = async (_entry, write) => yes(write())
  await round()
  expect(written()).toEqual(['payment:1:1', 'summary:2'])
  expect(world.book.reduce((sum, { amount }) => sum + amount, 0n)).toBe(15_000n)
})

it('finds an entry that was added by hand, and one that was changed', async () => {
  world.ledger.push(payment(1))
  await round()
  const differences = async (): Promise<(bigint | undefined)[]> =>
    (await compareBook(world.deps)).map(({ book, written: ours }) => (book === undefined ? undefined : book - ours))
  expect(await differences()).toEqual([0n, 0n])
  const [first] = world.book
  if (first) world.book.push({ ...first, externalId: 'by hand', amount: 3n })
  expect((await differences()).sort()).toEqual([-3n, 3n])
})

describe.runIf(postgresAnswers)('on a Postgres server: a number that is missing', () => {
  it('is waited for while its transaction runs, and passed over once it has rolled back', async () => {
    const server = await postgresWith(mirrorModule)
    const busy = openPostgres(server.url, { poolSize: 1 })
    try {
      const there = createWorld(server)
      const turn = createMirrorRound(there.deps)
      const posted = (): string[] => there.book.map(({ externalId }) => externalId)
      // The transaction of number 3 and 4 has begun, and is not over.
      const over = Promise.withResolvers<undefined>()
      const begun = Promise.withResolvers<undefined>()
      const running = busy.transaction(async (tx) => {
        await tx.query('SELECT pg_current_xact_id()')
        begun.resolve(undefined)
        await over.promise
      })
      await begun.promise
      there.ledger.push(payment(1), payment(5))
      for (let n = 0; n < 3; n++) await turn()
      expect(posted()).toEqual(['payment:1:1'])
      over.resolve(undefined)
      await running
      for (let n = 0; n < 3; n++) await turn()
      expect(posted()).toEqual(['payment:1:1', 'payment:5:1'])
    } finally {
      await busy.close()
      await server.drop()
    }
  })
})
