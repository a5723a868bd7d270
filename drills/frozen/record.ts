// Freezes today's formats: `node drills/frozen/record.ts NAME` writes drills/frozen/NAME with a data directory and a database of
// this very code, in which every kind of row stands and events are left in every state, and a sample of each message.
// `formats.scenario.test.ts` opens all of them with later code. Run it at a release; never write over what was recorded.
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { postgresWith } from '@species/testing'
import { AttackStage } from '../attacks/attack-stage.ts'
import { FreezingBus } from './freezing-bus.ts'
import { playEverything } from './play.ts'

const name = process.argv[2]
if (name === undefined || !/^[a-z0-9.-]+$/.test(name)) {
  console.error('usage: node drills/frozen/record.ts NAME')
  process.exit(2)
}
const target = join(import.meta.dirname, name)
if (existsSync(target)) {
  console.error(`${target} exists: what was recorded is never written over. Choose another name.`)
  process.exit(1)
}
mkdirSync(target)

/** Plays everything on this environment; answers with what the test must know. `keep` is called once nothing writes any more. */
async function freeze(environment: Record<string, string>, keep: (dataDirectory: string) => void): Promise<void> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'species-frozen-'))
  const bus = new FreezingBus()
  const stage = await AttackStage.start(undefined, environment, { dataDirectory, wrapBus: (real) => bus.wrap(real) })
  const unfinished = await playEverything(stage, bus)
  for (const player of Object.values(stage.players)) stage.directory.writeKey(player.onliId, player.key)
  await stage.close({ keepData: true })
  const kind = 'DATABASE_URL' in environment ? 'postgres' : 'embedded'
  const manifest = { recordedAtMs: Date.now(), unfinished, masterKey: environment['SPECIES_MASTER_KEY'] }
  writeFileSync(join(target, `${kind}.json`), `${JSON.stringify(manifest, null, 2)}\n`)
  const samples = bus.samples().map((sample) => JSON.stringify(sample))
  if (kind === 'embedded') writeFileSync(join(target, 'messages.jsonl.gz'), gzipSync(`${samples.join('\n')}\n`))
  keep(dataDirectory)
  execFileSync('tar', ['-czf', join(target, `${kind}.tar.gz`), '-C', dataDirectory, '.'])
  rmSync(dataDirectory, { recursive: true })
}

console.log('Playing everything on the embedded database …')
await freeze({}, () => undefined)
console.log('Playing everything on Postgres …')
const database = await postgresWith()
const masterKey = randomBytes(32).toString('hex')
await freeze({ DATABASE_URL: database.url, SPECIES_MASTER_KEY: masterKey }, (dataDirectory) => {
  const url = new URL(database.url)
  const dump = execFileSync('pg_dump', ['--inserts', '--no-owner', '--no-privileges', url.href], {
    maxBuffer: 256 * 2 ** 20,
    encoding: 'utf8',
  })
  // Lines with a backslash are orders to psql; the test has only a connection.
  writeFileSync(join(dataDirectory, 'database.sql'), dump.replace(/^\\.*$/gm, ''))
})
await database.drop()
console.log(`Recorded in ${target}`)
process.exit(0)
