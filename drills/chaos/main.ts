import { parseArgs } from 'node:util'
import { experiments } from './experiments/index.ts'
import { play } from './play.ts'
import { type Verdict, verdictText, summaryText } from './report.ts'

const help = `npm run chaos [-- --experiment <name>[,<name>…]] [--seed <n>] [--seconds <n>] [--rate <n>] [--keep] [--json]
npm run chaos -- --list
npm run chaos -- embedded [--kills <n>] [--seed <n>] [--json]   the embedded program, killed at each of its messages`

const [first, ...others] = process.argv.slice(2)
if (first === 'embedded') {
  process.argv.splice(2, 1)
  await import('./embedded/main.ts')
} else process.exitCode = await drill(first === undefined ? [] : [first, ...others])

/** Exit codes: 0 all passed, 1 something is not as it must be or could not be played, 2 wrong use. */
async function drill(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      experiment: { type: 'string' },
      seed: { type: 'string', default: '1' },
      seconds: { type: 'string' },
      rate: { type: 'string' },
      keep: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) process.stdout.write(`${help}\n`)
  if (values.list) for (const one of experiments) process.stdout.write(`${one.name.padEnd(28)} ${one.about}\n`)
  if (values.help || values.list) return 0
  const wanted = values.experiment?.split(',') ?? experiments.map((one) => one.name)
  const unknown = wanted.filter((name) => !experiments.some((one) => one.name === name))
  if (unknown.length > 0) {
    process.stderr.write(`There is no experiment ${unknown.join(', ')}. See --list.\n`)
    return 2
  }
  const startedAt = Date.now()
  const verdicts: Verdict[] = []
  for (const experiment of experiments.filter((one) => wanted.includes(one.name))) {
    const progress = (line: string): void => {
      const passed = `${Math.round((Date.now() - startedAt) / 1_000)} s`
      if (!values.json) process.stdout.write(`  ${passed.padStart(6)}  ${experiment.name}: ${line}\n`)
    }
    const verdict = await play(experiment, {
      seed: Number(values.seed),
      ...(values.seconds === undefined ? {} : { seconds: Number(values.seconds) }),
      ...(values.rate === undefined ? {} : { perSecond: Number(values.rate) }),
      keep: values.keep,
      say: progress,
    })
    verdicts.push(verdict)
    if (!values.json) process.stdout.write(`${verdictText(verdict)}\n`)
  }
  process.stdout.write(values.json ? `${JSON.stringify(verdicts, null, 2)}\n` : `${summaryText(verdicts)}\n`)
  return verdicts.every((verdict) => verdict.passed) ? 0 : 1
}
