import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AttackStage, until } from '../attacks/attack-stage.ts'
import { missingOf } from './binaries.ts'
import { PostgresEngine } from './postgres.ts'

const missing = missingOf(['postgres', 'initdb', 'pg_basebackup'])

/** One story in order: the standby that serves pages at first is stopped at the end, and comes back. */
describe.skipIf(missing.length > 0)('the program with a replica for its pages [needs Postgres]', () => {
  let primary: PostgresEngine
  let standby: PostgresEngine
  let stage: AttackStage
  const closers: (() => Promise<void>)[] = []
  let pages = 0

  /** Reads a page of carol that nobody has read before, so that no cache has it; true where it came from the replica. */
  const isFromReplica = async (): Promise<boolean> => {
    const before = pagesAtStandby()
    const cursor = Buffer.from(JSON.stringify([String(++pages)])).toString('base64url')
    const path = `/marketplace/v1/users/carol/transactions?cursor=${cursor}`
    const answer = await stage.send('GET', path, undefined, { key: stage.players.carol.key })
    expect([answer.status, answer.body]).toEqual([200, { transactions: [] }])
    return pagesAtStandby() > before
  }
  const pagesAtStandby = (): number => standby.complaints(/cashier\.entries/).length
  const transfer = (units: number) => stage.trade('alice', { to: 'bob', amount: units })

  beforeAll(async () => {
    primary = await PostgresEngine.start()
    closers.push(() => primary.process.stop())
    await primary.createDatabase('species')
    standby = await primary.standby({ synchronous: false })
    closers.push(() => standby.process.stop())
    // A log of what it is asked tells where a page came from.
    await standby.sql(async (one) => {
      await one.query(`ALTER SYSTEM SET log_statement = 'all'`)
      await one.query('SELECT pg_reload_conf()')
    })
    stage = await AttackStage.start(undefined, {
      DATABASE_URL: primary.url('species'),
      DATABASE_REPLICA_URLS: standby.url('species'),
      SPECIES_MASTER_KEY: randomBytes(32).toString('hex'),
    })
    closers.push(() => stage.endWell())
    await stage.buy('alice', 100)
  }, 120_000)
  afterAll(async () => {
    for (const close of closers.reverse()) await close()
  }, 60_000)

  it('a page comes from the replica', async () => {
    await until(isFromReplica, (from) => from)
  })

  it('a user sees his own write at once after his receipt, while the replica that serves the others does not know of it', async () => {
    let left = (await stage.units('alice')).total
    // The replica is used for a second after it stopped to keep up. A machine that was busy for so long shows nothing: again.
    await until(
      async () => {
        await standby.sql((one) => one.query('SELECT pg_wal_replay_pause()'))
        await transfer(1)
        expect((await stage.units('alice')).total).toBe(--left)
        expect((await stage.units('bob')).total).toBe(100 - left)
        const isUsed = await isFromReplica()
        await standby.sql((one) => one.query('SELECT pg_wal_replay_resume()'))
        await until(isFromReplica, (from) => from)
        return isUsed
      },
      (isUsed) => isUsed,
    )
  }, 120_000)

  it('a replica that is stopped is left out, and pages and trades go on; it is used again when it is back', async () => {
    await standby.process.stop()
    for (let times = 0; times < 20; times++) expect(await isFromReplica()).toBe(false)
    const before = (await stage.units('bob')).total
    await transfer(3)
    expect((await stage.units('bob')).total).toBe(before + 3)
    await standby.process.start()
    await until(isFromReplica, (from) => from)
    expect((await stage.units('bob')).total).toBe(before + 3)
  }, 120_000)
})
