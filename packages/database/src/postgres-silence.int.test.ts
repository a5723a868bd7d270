import { setTimeout as pause } from 'node:timers/promises'
import { postgresAnswers, postgresWith } from '@species/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { isTransient } from '@species/platform'
import type { Database } from './database.ts'
import { openPostgres } from './postgres.ts'
import { type Way, openWay } from './test-world.ts'

const silenceMs = 500

describe.skipIf(!postgresAnswers)('a server that falls silent [needs Postgres]', () => {
  let server: Database & { drop(): Promise<void>; readonly url: string }
  let way: Way
  let database: Database
  const failsSilently = async (asked: Promise<unknown>): Promise<number> => {
    const fromMs = performance.now()
    await expect(asked).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    await expect(asked).rejects.toSatisfy(isTransient)
    return performance.now() - fromMs
  }

  beforeAll(async () => {
    server = await postgresWith()
  })
  afterAll(async () => {
    await server.drop()
  })
  beforeEach(async () => {
    way = await openWay(server.url)
    database = openPostgres(way.url, { poolSize: 3, silenceMs })
  })
  afterEach(async () => {
    way.speak()
    await database.close()
    await way.close()
  })

  it('fails what it was asked, on a connection that stood idle for longer before', async () => {
    await database.query('SELECT 1')
    await pause(silenceMs * 2)
    way.fallSilent()
    expect(await failsSilently(database.query('SELECT 2'))).toBeLessThan(silenceMs * 2)
  })

  it('is not kept alive by being asked more and more', async () => {
    await database.query('SELECT 1')
    way.fallSilent()
    const first = database.transaction(async (tx) => {
      const asked = Array.from({ length: 20 }, async (_, index) => {
        await pause(index * 50)
        await tx.query('SELECT 2')
      })
      await Promise.all(asked)
    })
    expect(await failsSilently(first)).toBeLessThan(silenceMs * 2)
  })

  it('is waited for once, not once for each connection that stands idle', async () => {
    await Promise.all([1, 2, 3].map(() => database.transaction((tx) => tx.query('SELECT pg_sleep(0.05)'))))
    expect(way.open).toBe(3)
    way.fallSilent()
    await failsSilently(database.query('SELECT 2'))
    way.speak()
    expect(await database.query('SELECT 3 AS n')).toEqual([{ n: 3 }])
    await expect.poll(() => way.open).toBe(1)
  })

  it('is left few connections by those who give up, however often they ask, and is used again as soon as it answers', async () => {
    const ask = async (ms: number): Promise<void> => {
      const untilMs = performance.now() + ms
      while (performance.now() < untilMs) {
        const all = await Promise.allSettled([1, 2, 3, 4].map(() => database.query('SELECT pg_sleep(7)')))
        for (const one of all)
          expect(one).toSatisfy((it: typeof one) => it.status === 'rejected' && isTransient(it.reason))
        await pause(20)
      }
    }
    await ask(silenceMs * 8)
    const [left] = await server.query<{ n: bigint }>(
      `SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND query = 'SELECT pg_sleep(7)'`,
    )
    // Three each for a first and a second round; without a bound it would be three each for eight.
    expect(left?.n).toBeLessThanOrEqual(6n)
    const fromMs = performance.now()
    await expect.poll(() => database.query('SELECT 5 AS n').catch(() => []), { timeout: 8_000 }).toEqual([{ n: 5 }])
    // The second round would keep its places for longer than the server is busy.
    expect(performance.now() - fromMs).toBeLessThan(silenceMs * 12)
  })

  it('is not silent while it answers others on the same connection, nor while nothing is asked', async () => {
    const answered = database.transaction(async (tx) => {
      for (let times = 0; times < 4; times++) await tx.query('SELECT pg_sleep(0.2)')
      await pause(silenceMs * 2)
      return await tx.query('SELECT 4 AS n')
    })
    expect(await answered).toEqual([{ n: 4 }])
  })
})
