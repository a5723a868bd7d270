import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { createMetrics } from '@species/platform'
import { openStage } from './database.ts'
import { type History, playHistory } from './history.ts'
import { plantedBugs } from './planted.ts'
import { type FailedHistory, type RunResult, runSimulation } from './run.ts'

const usage = `usage: npm run simulate -- [--histories 1000] [--seed 1] [--workers <cores>] [--json]
       npm run simulate -- --replay <seed> [--trace]      one history, twice: the same trace, what is wrong, what was logged
       --plant <${plantedBugs.join('|')}>   with a known bug in it, to see that it is found`

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'boolean', default: false },
    replay: { type: 'string' },
    trace: { type: 'boolean', default: false },
    plant: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  process.stdout.write(`${usage}\n`)
  process.exit(0)
}
const planted = plantedBugs.find((bug) => bug === values.plant)
const [histories, seed, workers] = [values.histories, values.seed, values.workers].map(Number) as [
  number,
  number,
  number,
]
const sane = [histories, workers].every((one) => Number.isSafeInteger(one) && one > 0) && Number.isSafeInteger(seed)
if (!sane || (values.plant !== undefined && planted === undefined)) {
  process.stderr.write(`${usage}\n`)
  process.exit(2)
}
process.exitCode = values.replay === undefined ? await simulate() : await replay(Number(values.replay))

async function simulate(): Promise<number> {
  let toldAt = 0
  const result = await runSimulation({
    histories,
    seed,
    workers,
    planted,
    onHistory(played, failure) {
      if (failure) process.stderr.write(toldFailure(failure))
      if (performance.now() - toldAt < 5_000) return
      toldAt = performance.now()
      process.stderr.write(`${played} of ${histories} histories\n`)
    },
  })
  if (values.json) process.stdout.write(`${JSON.stringify({ seed, workers, planted, ...result }, undefined, 2)}\n`)
  else process.stdout.write(told(result))
  return result.failures.length === 0 ? 0 : 1
}

function toldFailure({ seed: failing, digest, findings }: FailedHistory): string {
  const plant = planted === undefined ? '' : ` --plant ${planted}`
  return [
    `seed ${failing} went wrong (trace ${digest})`,
    ...findings.slice(0, 10).map((finding) => `  ${finding}`),
    `  replay: npm run simulate -- --replay ${failing} --trace${plant}`,
    '',
  ].join('\n')
}

function told(result: RunResult): string {
  const { events, completed, failed, disputed, inReview, deaths } = result
  return [
    `${result.histories} histories from seed ${seed}: ${events} events, ${completed} completed, ${failed} failed, ${disputed} disputed, ${inReview} in review; the process died ${deaths} times`,
    `${result.historiesPerMinute} histories a minute in ${workers} workers`,
    result.failures.length === 0
      ? 'verdict: nothing was wrong'
      : `verdict: ${result.failures.length} histories went wrong, seeds ${result.failures.map((one) => one.seed).join(', ')}`,
    '',
  ].join('\n')
}

/** Plays one history twice, on two databases: it must be the same to the last line. */
async function replay(one: number): Promise<number> {
  const first = await playOnce(one)
  const second = await playOnce(one)
  for (const line of values.trace ? (first.trace ?? []) : []) process.stdout.write(`${line}\n`)
  for (const error of first.errors) process.stdout.write(`logged: ${error}\n`)
  for (const finding of first.findings) process.stdout.write(`wrong: ${finding}\n`)
  const same = first.digest === second.digest
  process.stdout.write(
    `seed ${one}: trace ${first.digest}, ${same ? 'the same twice' : `then ${second.digest}: NOT THE SAME`}\n`,
  )
  return first.findings.length === 0 && same ? 0 : 1
}

async function playOnce(one: number): Promise<History> {
  const stage = await openStage(planted)
  try {
    return await playHistory({ stage, seed: one, metrics: createMetrics(), planted, keepTrace: true })
  } finally {
    await stage.close()
  }
}
