import { parseArgs } from 'node:util'
import { runChaos } from './run.ts'

/** `npm run chaos -- embedded [--kills 220 --seed 1 --json]` */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '220' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const started = Date.now()
const result = await runChaos({
  kills: Number(values.kills),
  seed: Number(values.seed),
  progress: (line) => {
    if (!values.json) process.stdout.write(`  ${line} (${Math.round((Date.now() - started) / 1_000)} s)\n`)
  },
})
if (values.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
else {
  process.stdout.write(
    `${result.kills} kills (seed ${values.seed}), ${result.events} events, ${Object.keys(result.byPoint).length} different points, ${Math.round((Date.now() - started) / 1_000)} s.\n`,
  )
  process.stdout.write(
    result.findings.length === 0
      ? 'Nothing lost, nothing doubled: vaults, balances, receipts and ledger are what they must be.\n'
      : `NOT as it must be:\n${result.findings.map((finding) => `  ${finding}`).join('\n')}\n`,
  )
}
process.exitCode = result.findings.length === 0 ? 0 : 1
