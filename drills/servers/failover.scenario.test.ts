import { setTimeout as pause } from 'node:timers/promises'
import { type Database, type Replicas, checkDurability, openPostgres, openReplicas } from '@species/database'
import { createMetrics, isTransient, silentLogger, systemClock } from '@species/platform'
import { postgresAnswers } from '@species/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from './ports.ts'
import { PostgresEngine } from './postgres.ts'
import { tryProgram } from './program.ts'

const maxLagMs = 1_000
/** Starts the program on these hosts; answers with what it said, and whether it was ready. */
const startOn = (ports: readonly number[]): ReturnType<typeof tryProgram> =>
  tryProgram({ DATABASE_URL: `postgres://postgres@${ports.map((port) => `127.0.0.1:${port}`).join(',')}/postgres` })

/** One story in order: the standby that serves reads in the first half is the primary in the second. */
describe.skipIf(!postgresAnswers)('a primary and its synchronous standby [needs Postgres]', () => {
  let primary: PostgresEngine
  let standby: PostgresEngine
  let database: Database
  let replicas: Replicas
  const closers: (() => Promise<void>)[] = []
  const acknowledged: number[] = []

  const write = async (n: number): Promise<boolean> => {
    try {
      await database.transaction((tx) => tx.query('INSERT INTO a VALUES ($1) ON CONFLICT DO NOTHING', [n]))
      acknowledged.push(n)
      return true
    } catch (error) {
      expect(error).toSatisfy(isTransient)
      return false
    }
  }
  const readsFrom = async (): Promise<'replica' | 'primary'> => {
    const [row] = await replicas.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby')
    return row?.standby === true ? 'replica' : 'primary'
  }
  const eventually = async <T>(answer: () => Promise<T>, wanted: T): Promise<void> => {
    const until = Date.now() + 15_000
    while ((await answer()) !== wanted) {
      if (Date.now() > until) throw new Error(`not ${String(wanted)} within 15 s`)
      await pause(50)
    }
  }

  beforeAll(async () => {
    primary = await PostgresEngine.start()
    closers.push(() => primary.process.stop())
    await primary.sql((one) => one.script('CREATE TABLE a (n integer PRIMARY KEY)'))
  }, 60_000)
  afterAll(async () => {
    for (const close of closers.reverse()) await close()
  }, 60_000)

  it('a program does not start on several hosts that were never protected, and says what to do; on one it says what can be lost', async () => {
    const refused = await startOn([primary.port, await freePort()])
    expect(refused).toMatchObject({ isReady: false, said: expect.stringContaining('names several hosts') as string })
    expect(refused.said).toContain("set synchronous_standby_names = 'ANY 1 (*)'")
    const alone = await startOn([primary.port])
    expect(alone).toMatchObject({ isReady: true, said: expect.stringContaining('no synchronous standby') as string })
  }, 60_000)

  it('durability is said in plain words: without a standby, with one, and with one that is not attached', async () => {
    expect((await primary.sql(checkDurability)).losses).toEqual([expect.stringContaining('no synchronous standby')])
    standby = await primary.standby({ synchronous: true })
    closers.push(() => standby.process.stop())
    expect(await primary.sql(checkDurability)).toMatchObject({
      synchronousStandbys: 1,
      isPromoted: false,
      losses: [],
    })
    await primary.sql(async (one) => {
      await one.query('SET synchronous_commit = local')
      expect((await checkDurability(one)).losses).toEqual([expect.stringContaining('synchronous_commit is local')])
    })
    await standby.process.stop()
    await eventually(async () => (await primary.sql(checkDurability)).synchronousStandbys, 0)
    expect((await primary.sql(checkDurability)).losses).toEqual([expect.stringContaining('writes wait')])
    await standby.process.start()
    await eventually(async () => (await primary.sql(checkDurability)).synchronousStandbys, 1)
  }, 60_000)

  it('reads come from a replica that keeps up', async () => {
    // The standby stands first on purpose: the order of an address means nothing.
    const hosts = `127.0.0.1:${standby.port},127.0.0.1:${primary.port}`
    database = openPostgres(`postgres://postgres@${hosts}/postgres`, { poolSize: 4, statementTimeoutMs: 5_000 })
    closers.push(() => database.close())
    expect(await write(1)).toBe(true)
    replicas = openReplicas(database, [standby.url()], {
      clock: systemClock,
      metrics: createMetrics(),
      log: silentLogger,
      maxLagMs,
    })
    closers.push(() => replicas.close())
    await eventually(readsFrom, 'replica')
    await expect(replicas.query('DELETE FROM a')).rejects.toMatchObject({ code: '25006' })
  }, 60_000)

  it('a replica that lags beyond the bound is left out, and comes back when it has caught up', async () => {
    await standby.sql((one) => one.query('SELECT pg_wal_replay_pause()'))
    for (let n = 2; n < 5; n++) await write(n)
    await eventually(readsFrom, 'primary')
    const old = async (): Promise<boolean> => {
      const [row] = await replicas.query<{ n: number }>('SELECT max(n) AS n FROM a')
      return row?.n !== 4
    }
    for (let times = 0; times < 10; times++) expect(await old()).toBe(false)
    await standby.sql((one) => one.query('SELECT pg_wal_replay_resume()'))
    await eventually(readsFrom, 'replica')
    expect(await old()).toBe(false)
  }, 60_000)

  it('a replica that dies is left out, and no read fails for it', async () => {
    const dying = standby.process.kill()
    for (let times = 0; times < 20; times++) {
      expect(await replicas.query('SELECT 1 AS n')).toEqual([{ n: 1 }])
      await pause(20)
    }
    await dying
    expect(await readsFrom()).toBe('primary')
    await standby.process.start()
    await eventually(readsFrom, 'replica')
  }, 60_000)

  it('after a failover writes find the new primary by themselves; what was acknowledged is there; reads went on meanwhile', async () => {
    const work = { going: true, n: 100 }
    const writer = (async () => {
      while (work.going) if (!(await write(work.n++))) await pause(50)
    })()
    await pause(300)
    await primary.process.kill()
    await pause(maxLagMs + 500)
    expect(await replicas.query('SELECT count(*) > 0 AS some FROM a')).toEqual([{ some: true }])
    const before = acknowledged.length
    await standby.promote()
    await standby.sql((one) => one.script(`ALTER SYSTEM SET synchronous_standby_names = ''; `))
    await standby.sql((one) => one.query('SELECT pg_reload_conf()'))
    await eventually(async () => acknowledged.length > before + 10, true)
    work.going = false
    await writer
    const rows = await standby.sql((one) => one.query<{ n: number }>('SELECT n FROM a'))
    const stored = new Set(rows.map(({ n }) => n))
    expect(acknowledged.filter((n) => !stored.has(n))).toEqual([])
  }, 60_000)

  it('a program starts on a primary that was the standby a moment ago, and says what can be lost', async () => {
    const started = await startOn([primary.port, standby.port])
    expect(started).toMatchObject({ isReady: true, said: expect.stringContaining('no synchronous standby') as string })
  }, 60_000)

  it('the old primary that comes back is not written to, though it says that it is a primary', async () => {
    await primary.process.start()
    const again = openPostgres(`postgres://postgres@127.0.0.1:${primary.port},127.0.0.1:${standby.port}/postgres`, {
      poolSize: 1,
    })
    closers.push(() => again.close())
    await again.query('INSERT INTO a VALUES (999)')
    expect(await standby.sql((one) => one.query('SELECT n FROM a WHERE n = 999'))).toEqual([{ n: 999 }])
    await standby.process.kill()
    await pause(100)
    // Better no database than the wrong one.
    await eventually(() => write(1_000).then((done) => !done), true)
    for (let times = 0; times < 5; times++) expect(await write(1_000)).toBe(false)
  }, 60_000)
})
