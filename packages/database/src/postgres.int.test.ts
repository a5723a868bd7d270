import { once } from 'node:events'
import { createServer } from 'node:net'
import { postgresAnswers, postgresWith } from '@species/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { isTransient } from '@species/platform'
import type { Database } from './database.ts'
import { openPostgres } from './postgres.ts'
import { openWay } from './test-world.ts'

/** As Postgres says it (src/backend/replication/syncrep.c), before it answers COMMIT. */
const waitCancelled = (() => {
  const fields = [
    'SWARNING',
    'VWARNING',
    'C01000',
    'Mcanceling wait for synchronous replication due to user request',
    'DThe transaction has already committed locally, but might not have been replicated to the standby.',
    'RSyncRepWaitForLSN',
  ]
  const body = Buffer.from(`${fields.map((field) => `${field}\0`).join('')}\0`)
  const head = Buffer.from([0x4e, 0, 0, 0, 0])
  head.writeUInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
})()

describe.skipIf(!postgresAnswers)('connections to Postgres [needs Postgres]', () => {
  let server: Database & { drop(): Promise<void>; readonly url: string }
  let database: Database
  let opened: Database[] = []
  const openAgain = (more: object = {}, url = server.url): Database => {
    const one = openPostgres(url, { poolSize: 3, ...more })
    opened.push(one)
    return one
  }
  const killOthers = async (): Promise<void> => {
    await server.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'species'`,
    )
  }
  const numbers = async (): Promise<number[]> =>
    (await server.query<{ n: number }>('SELECT n FROM a ORDER BY n')).map((row) => row.n)

  beforeAll(async () => {
    server = await postgresWith()
    await server.script('CREATE TABLE a (n integer PRIMARY KEY)')
  })
  afterAll(async () => {
    await server.drop()
  })
  beforeEach(async () => {
    await server.query('TRUNCATE a')
    database = openAgain()
  })
  afterEach(async () => {
    await Promise.all(opened.map((one) => one.close()))
    opened = []
  })

  it('that break inside a transaction undo all of it: no later statement runs outside it', async () => {
    const failing = database.transaction(async (tx) => {
      await tx.query('INSERT INTO a VALUES (1)')
      await killOthers()
      // Others need connections at the same moment, as in a busy process.
      await Promise.all([1, 2, 3, 4].map(() => database.query('SELECT 1').catch(() => undefined)))
      await tx.query('INSERT INTO a VALUES (2)')
    })
    await expect(failing).rejects.toSatisfy(isTransient)
    expect(await numbers()).toEqual([])
    await database.transaction((tx) => tx.query('INSERT INTO a VALUES (3)'))
    expect(await numbers()).toEqual([3])
  })

  it('that break under waiting statements fail each of them, as something that passes, and hang none', async () => {
    const waiting = Array.from({ length: 20 }, (_, index) =>
      database.query('SELECT pg_sleep(20), $1::integer', [index]),
    )
    const settled = Promise.allSettled(waiting)
    await new Promise((resolve) => setTimeout(resolve, 200))
    while (await Promise.race([settled.then(() => false), new Promise((r) => setTimeout(r, 50, true))]))
      await killOthers()
    for (const one of await settled)
      expect(one).toSatisfy((it: PromiseSettledResult<unknown>) => it.status === 'rejected' && isTransient(it.reason))
    expect(await database.query('SELECT 1 AS n')).toEqual([{ n: 1 }])
  })

  it('keep their answers apart while connections break all the time', async () => {
    const wrong: unknown[] = []
    const work = { isGoing: true }
    const killing = (async () => {
      while (work.isGoing) {
        await killOthers()
        await new Promise((resolve) => setTimeout(resolve, 15))
      }
    })()
    let answered = 0
    const ask = async (n: number): Promise<void> => {
      const asked =
        n % 3 === 0
          ? database.transaction(async (tx) => (await Promise.all([tx.query('SELECT $1::integer AS n', [n])])).flat())
          : database.query('SELECT $1::integer AS n', [n])
      const rows = await asked.catch((error: unknown) => {
        if (!isTransient(error)) wrong.push(error)
        return undefined
      })
      if (rows) answered++
      if (rows && JSON.stringify(rows) !== JSON.stringify([{ n }])) wrong.push([n, rows])
    }
    for (let round = 0; round < 60; round++)
      await Promise.all(Array.from({ length: 10 }, (_, k) => ask(round * 10 + k)))
    work.isGoing = false
    await killing
    expect(wrong).toEqual([])
    expect(answered).toBeGreaterThan(0)
  })

  it('that are told "read-only" are given up, and the statement may come again', async () => {
    await database.query('SELECT 1')
    const before = await database.query('SELECT pg_backend_pid() AS pid')
    const refused = database.transaction(async (tx) => {
      await tx.query('SET TRANSACTION READ ONLY')
      await tx.query('INSERT INTO a VALUES (1)')
    })
    await expect(refused).rejects.toMatchObject({ code: '25006' })
    await expect(refused).rejects.toSatisfy(isTransient)
    expect(await database.query('SELECT pg_backend_pid() AS pid')).not.toEqual(before)
  })

  it('opened for reading refuse to write', async () => {
    const reader = openAgain({ readOnly: true })
    await expect(reader.query('INSERT INTO a VALUES (1)')).rejects.toMatchObject({ code: '25006' })
  })

  it('give up a statement at its bound, and a transaction that stands still frees its locks', async () => {
    const bounded = openAgain({ statementTimeoutMs: 200 })
    await expect(bounded.query('SELECT pg_sleep(5)')).rejects.toMatchObject({ code: '57014' })
    await server.query('INSERT INTO a VALUES (1)')
    const stopped = bounded.transaction(async (tx) => {
      await tx.query('UPDATE a SET n = 2')
      await new Promise((resolve) => setTimeout(resolve, 600))
      await tx.query('SELECT 1')
    })
    await expect(stopped).rejects.toSatisfy(isTransient)
    expect(await numbers()).toEqual([1])
  })

  it('never commit a transaction in which a statement failed, though nobody looked at it', async () => {
    const careless = database.transaction(async (tx) => {
      await tx.query('INSERT INTO a VALUES (1)')
      await tx.query('INSERT INTO a VALUES (1)').catch(() => undefined)
    })
    await expect(careless).rejects.toThrow('rolled back')
    expect(await numbers()).toEqual([])
  })

  it('write nothing in a transaction that did not begin, after its first answer', async () => {
    const way = await openWay(server.url)
    way.changeQuestions((bytes) => Buffer.from(bytes.toString('latin1').replace('BEGIN\0', 'BEGUN\0'), 'latin1'))
    // Both answers arrive at one moment, so that nothing but their order tells the transaction that it has not begun.
    let kept = Buffer.alloc(0)
    way.changeAnswers((bytes) => {
      const all = Buffer.concat([kept, bytes])
      kept = all.includes('C42601\0') && !all.includes('?column?') ? all : Buffer.alloc(0)
      return kept.length > 0 ? Buffer.alloc(0) : all
    })
    const other = openAgain({ poolSize: 1 }, way.url)
    await other.query('SELECT 2')
    const unbegun = other.transaction(async (tx) => {
      await tx.query('SELECT 1')
      await tx.query('INSERT INTO a VALUES (1)')
    })
    await expect(unbegun).rejects.toMatchObject({ code: '42601' })
    expect(await numbers()).toEqual([])
    await other.close()
    await way.close()
  })

  it('answer no commit whose wait for the standby was cancelled', async () => {
    const way = await openWay(server.url)
    way.changeAnswers((bytes) => (bytes.includes('COMMIT\0') ? Buffer.concat([waitCancelled, bytes]) : bytes))
    const other = openAgain({}, way.url)
    const committed = other.transaction((tx) => tx.query('INSERT INTO a VALUES (1)'))
    await expect(committed).rejects.toMatchObject({ code: '40003' })
    await expect(committed).rejects.toSatisfy(isTransient)
    await other.close()
    await way.close()
  })

  it.each([
    ['whose user it does not know', 'postgres://nobody-here@', undefined],
    ['whose database it does not know', undefined, '/nothing-here'],
  ])('that a server refuses, %s, are no fault of what was asked', async (_which, user, name) => {
    const { hostname, port, pathname } = new URL(server.url)
    const refused = openAgain({}, `${user ?? 'postgres://postgres@'}${hostname}:${port}${name ?? pathname}`)
    for (const one of await Promise.allSettled([1, 2, 3, 4].map(() => refused.query('SELECT 1'))))
      expect(one).toSatisfy((it: typeof one) => it.status === 'rejected' && isTransient(it.reason))
    await expect(refused.transaction((tx) => tx.query('SELECT 1'))).rejects.toThrow(/does not exist|closed/)
  })

  it('to a server without TLS are refused where the address asks for it', async () => {
    const encrypted = openAgain({}, `${server.url}?sslmode=require`)
    const asked = encrypted.query('SELECT 1')
    await expect(asked).rejects.toMatchObject({ code: 'TLS_REFUSED' })
    await expect(asked).rejects.toSatisfy(isTransient)
  })

  it('to hosts of which none is a primary fail within seconds, and say why of each', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as { port: number }
    const away = openAgain({}, `postgres://postgres@127.0.0.1:${port},127.0.0.1:1/db`)
    const failing = away.query('SELECT 1')
    await expect(failing).rejects.toThrow(/no host.*127\.0\.0\.1:\d+ .*127\.0\.0\.1:1 /)
    await expect(failing).rejects.toSatisfy(isTransient)
    silent.close()
  })

  it('find the primary among several hosts, whichever stands first', async () => {
    const { hostname, port, pathname, username } = new URL(server.url)
    const several = openAgain({}, `postgres://${username}@127.0.0.1:1,${hostname}:${port}${pathname}`)
    await several.query('INSERT INTO a VALUES (7)')
    expect(await numbers()).toEqual([7])
  })
})
