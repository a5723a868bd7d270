import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ratiosOf, readBaseline, regressions } from './compare.ts'
import { describeMachine, machineInWords } from './machine.ts'
import { benchAttacked } from './parts/attacked.ts'
import { benchAudit } from './parts/audit.ts'
import { benchEmbedded } from './parts/embedded.ts'
import { benchGrowth } from './parts/growth.ts'
import { benchHotCold } from './parts/hot-cold.ts'
import { benchModules } from './parts/modules.ts'
import { benchPeer } from './parts/peer.ts'
import { benchReads } from './parts/reads.ts'
import { benchSplit, serversOf } from './parts/split.ts'
import { type BenchContext, type PartResult, table } from './report.ts'

const parts: Readonly<Record<string, (context: BenchContext) => Promise<PartResult>>> = {
  modules: benchModules,
  split: benchSplit,
  embedded: benchEmbedded,
  'hot-cold': benchHotCold,
  growth: benchGrowth,
  reads: benchReads,
  peer: benchPeer,
  audit: benchAudit,
  attacked: benchAttacked,
}

const help = `npm run bench -- [part…] [--seconds 15] [--users 2000] [--large] [--compare] [--keep] [--json]

Measures how fast the marketplace is on this machine, in ratios of what is measured side by side.
Parts: ${Object.keys(parts).join(', ')}; all of them, unless named.

  --seconds n   how long each measurement takes
  --users n     among how many users
  --large       growth up to ten million past events, an audit of four million entries
  --compare     fail if a ratio is more than 15 % below bench/baseline.json
  --keep        write the ratios of this run into bench/baseline.json
  --json        print one JSON document

Needs Postgres (DATABASE_URL); split and reads also need NATS and Redis (NATS_URL, REDIS_URL).
`

const baselineFile = fileURLToPath(new URL('baseline.json', import.meta.url))

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '15' },
      users: { type: 'string', default: '2000' },
      large: { type: 'boolean', default: false },
      compare: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const unknown = positionals.filter((name) => !(name in parts))
  if (values.help || unknown.length > 0) {
    process.stderr.write(unknown.length > 0 ? `There is no part ${unknown.join(', ')}.\n\n${help}` : help)
    return values.help ? 0 : 2
  }
  const context: BenchContext = {
    databaseUrl: process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres',
    seconds: Number(values.seconds),
    users: Number(values.users),
    large: values.large,
    floor: { eventsPerSecond: undefined },
    say: (line) => process.stderr.write(`${line}\n`),
  }
  const machine = machineInWords(await describeMachine(serversOf(context)))
  context.say(machine)
  const results: PartResult[] = []
  for (const [name, run] of Object.entries(parts)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    context.say(`\n${name} …`)
    results.push(await run(context))
  }
  const worse = values.compare ? regressions(readBaseline(baselineFile), results) : []
  if (values.keep) keep(machine, results)
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ machine, results, regressions: worse }, null, 2)}\n`
      : `${machine}\n\n${table(results)}\n${worse.map((line) => `\nWORSE  ${line}`).join('')}`,
  )
  return worse.length > 0 ? 1 : 0
}

function keep(machine: string, results: readonly PartResult[]): void {
  let before: Record<string, number> = {}
  try {
    before = readBaseline(baselineFile).ratios
  } catch {
    // The first one.
  }
  writeFileSync(baselineFile, `${JSON.stringify({ machine, ratios: { ...before, ...ratiosOf(results) } }, null, 2)}\n`)
}

process.exitCode = await main()
