import { setTimeout as pause } from 'node:timers/promises'
import { postgresAnswers, postgresWith } from '@species/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { isTransient } from '@species/platform'
import type { Database } from './database.ts'
import { openPostgres } from './postgres.ts'
import { type Way, openWay } from './test-world.ts'

const silenceMs = 500

/** How a row of eight hexadecimal digits goes over the wire. */
const length = String.fromCharCode(0, 0, 0, 8)
const timelineRow = new RegExp(`${length}[0-9A-F]{8}`)

/** One server by two ways, each of which lets it say that it is a primary of some timeline. */
describe.skipIf(!postgresAnswers)('a primary that was replaced [needs Postgres]', () => {
  let server: Database & { drop(): Promise<void>; readonly url: string }
  let ways: readonly [Way, Way]
  let database: Database
  const says = (way: Way, timeline: string): void => {
    way.changeAnswers((bytes) =>
      Buffer.from(bytes.toString('latin1').replace(timelineRow, `${length}${timeline}`), 'latin1'),
    )
  }

  beforeAll(async () => {
    server = await postgresWith()
    await server.script('CREATE TABLE a (n integer PRIMARY KEY)')
  })
  afterAll(async () => {
    await server.drop()
  })
  beforeEach(async () => {
    ways = [await openWay(server.url), await openWay(server.url)]
    const hosts = ways.map((way) => new URL(way.url).host).join(',')
    database = openPostgres(`postgres://postgres@${hosts}${new URL(server.url).pathname}`, { poolSize: 3 })
  })
  afterEach(async () => {
    await database.close()
    await Promise.all(ways.map((way) => way.close()))
  })

  it('takes nothing any more on connections that were open before, as soon as the newer one is found', async () => {
    const [old, young] = ways
    says(old, '00000005')
    says(young, '00000004')
    const isOpen = Promise.withResolvers<undefined>()
    const mayGoOn = Promise.withResolvers<undefined>()
    const writing = database.transaction(async (tx) => {
      await tx.query('INSERT INTO a VALUES (1)')
      isOpen.resolve(undefined)
      await mayGoOn.promise
    })
    const failed = expect(writing).rejects.toSatisfy(isTransient)
    await isOpen.promise
    await database.query('SELECT 1')
    await expect.poll(() => [old.open, young.open]).toEqual([2, 0])
    says(young, '0000000A')
    // What was found is good for a second; then the next connection looks again.
    await pause(1_100)
    await Promise.all([1, 2].map(() => database.transaction((tx) => tx.query('SELECT pg_sleep(0.05)')).catch(() => [])))
    await expect.poll(() => old.open).toBe(0)
    mayGoOn.resolve(undefined)
    await failed
    expect(await server.query('SELECT n FROM a')).toEqual([])
    await database.query('INSERT INTO a VALUES (2)')
    expect(young.open).toBeGreaterThan(0)
  })

  it('frees the places of connections on which it is silent, as soon as the newer one is found', async () => {
    const [old, young] = ways
    says(old, '00000005')
    says(young, '00000004')
    const hosts = ways.map((way) => new URL(way.url).host).join(',')
    const { pathname } = new URL(server.url)
    const small = openPostgres(`postgres://postgres@${hosts}${pathname}`, { poolSize: 1, silenceMs })
    const ask = (): Promise<unknown> => small.query('SELECT pg_sleep(20)').catch((error: unknown) => error)
    await ask()
    // The second silence keeps its place for sixteen times as long.
    await expect
      .poll(async () => await ask(), { timeout: 5_000 })
      .toMatchObject({ message: expect.stringContaining(`${silenceMs} ms`) as unknown })
    says(young, '0000000A')
    const fromMs = performance.now()
    await expect.poll(() => small.query('SELECT 1 AS n').catch(() => []), { timeout: 8_000 }).toEqual([{ n: 1 }])
    expect(performance.now() - fromMs).toBeLessThan(silenceMs * 10)
    await small.close()
  })
})
