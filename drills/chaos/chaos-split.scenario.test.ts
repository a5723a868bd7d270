import { randomBytes, randomInt } from 'node:crypto'
import { jetstreamManager } from '@nats-io/jetstream'
import { connectNats } from '@species/bus'
import { openPostgres } from '@species/database'
import { natsAnswers, natsUrl, postgresAnswers, postgresUrl, redisAnswers, redisUrl } from '@species/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { control } from '../../apps/species/src/demo/players.ts'
import type { Experiment } from './experiment.ts'
import { duplicates } from './experiments/bus.ts'
import { killed } from './experiments/processes.ts'
import { play } from './play.ts'
import { shuffled } from './seeded.ts'
import type { EngineUrls } from './stage/stage.ts'

const all = postgresAnswers && natsAnswers && redisAnswers
const quiet = { say: () => undefined, perSecond: 15 }

/** Two short experiments of `npm run chaos`, which plays them all and for longer. */
describe.skipIf(!all)('the split form [needs Postgres] [needs NATS] [needs Redis]', () => {
  const names: string[] = []
  const admin = openPostgres(postgresUrl, { poolSize: 1 })

  async function freshUrls(): Promise<EngineUrls> {
    const name = `chaos${randomBytes(4).toString('hex')}`
    await admin.query(`CREATE DATABASE ${name}`)
    names.push(name)
    const databaseUrl = new URL(postgresUrl)
    databaseUrl.pathname = `/${name}`
    return { databaseUrl: databaseUrl.href, natsUrl, redisUrl, natsPrefix: name }
  }

  afterAll(async () => {
    const nats = await connectNats({ url: natsUrl })
    const manager = await jetstreamManager(nats)
    for (const name of names) {
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
      for await (const stream of manager.streams.list())
        if (stream.config.name.startsWith(name.toUpperCase())) await manager.streams.delete(stream.config.name)
    }
    await nats.close()
    await admin.close()
  })

  const groups = {
    api: ['marketplace-api', 'authenticator', 'config'],
    read: ['reporter', 'classifier', 'validator'],
    matching: ['matching'],
    cashier: ['cashier'],
    delivery: ['asset-manager'],
    floor: ['floor-manager'],
  }
  const killSome: Experiment = {
    name: 'kill-some',
    about: 'two of six processes are killed while every message comes twice',
    groups,
    seconds: 6,
    users: 5,
    async run(drill) {
      const [first, second] = shuffled(drill.stage.services, drill.random)
      if (!first || !second) throw new Error('there are no processes')
      await drill.fault(`SIGKILL of ${first.name} and ${second.name}`, () => killed([first, second]))
      await duplicates.run(drill)
    },
  }

  test(
    'gives every accepted event one true receipt, and loses and makes nothing, though processes die and messages come twice',
    { timeout: 240_000 },
    async () => {
      const verdict = await play(killSome, { ...quiet, seed: randomInt(1_000_000), urls: await freshUrls() })
      expect(verdict.findings, `seed ${verdict.seed}, logs in ${verdict.logs ?? 'no directory'}`).toEqual([])
      expect(verdict.checked?.completed).toBeGreaterThan(40)
      expect(verdict.checked).toMatchObject({ inReview: 0, forgotten: 0 })
    },
  )

  test('is looked at by a checker that sees one unit too many', { timeout: 120_000 }, async () => {
    const { api, read, ...work } = groups
    const planted: Experiment = {
      name: 'planted',
      about: 'somebody slips a unit into a vault',
      groups: { front: [...api, ...read], back: Object.values(work).flat() },
      seconds: 1,
      users: 2,
      async run({ stage }) {
        await control(stage.sandboxUrl, '/vaults', { vault: 'vault-user-1', amount: 1 })
      },
    }
    const verdict = await play(planted, { ...quiet, seed: 1, urls: await freshUrls() })
    expect(verdict.findings).toEqual([expect.stringMatching(/^vault-user-1 holds \d+ units at Onli Cloud, must hold/)])
  })
})
