import { parseArgs } from 'node:util'
import { benchEmbedded } from './parts/embedded.ts'
import { benchGrowth } from './parts/growth.ts'
import { benchHotCold } from './parts/hot-cold.ts'
import { benchModules } from './parts/modules.ts'
import { benchPeer } from './parts/peer.ts'
import { benchSplit } from './parts/split.ts'
import { type BenchContext, type PartResult, table } from './report.ts'

const parts: Readonly<Record<string, (context: BenchContext) => Promise<PartResult>>> = {
  modules: benchModules,
  split: benchSplit,
  embedded: benchEmbedded,
  'hot-cold': benchHotCold,
  growth: benchGrowth,
  peer: benchPeer,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '15' },
    users: { type: 'string', default: '2000' },
    large: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})
const unknown = positionals.filter((name) => !(name in parts))
if (unknown.length > 0)
  throw new Error(`no part is called ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`)

const context: BenchContext = {
  databaseUrl: process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres',
  seconds: Number(values.seconds),
  users: Number(values.users),
  large: values.large,
  say: (line) => process.stderr.write(`${line}\n`),
}
const results: PartResult[] = []
for (const [name, run] of Object.entries(parts)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  results.push(await run(context))
}
process.stdout.write(values.json ? `${JSON.stringify(results, null, 2)}\n` : `${table(results)}\n`)
