import { spawn } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'

export interface Kind {
  readonly name: string
  readonly command: readonly [string, ...string[]]
}
interface Outcome {
  readonly name: string
  readonly exitCode: number
  readonly seconds: string
  readonly lastLine: string
}

const root = dirname(dirname(import.meta.dirname))

/**
 * Runs all kinds even when one fails, so that one run shows everything that is wrong. The last line that is printed is the
 * last line of the last kind. The answer is the exit code of the first kind that failed, or 0.
 */
export async function runKinds(title: string, kinds: readonly Kind[]): Promise<number> {
  const outcomes: Outcome[] = []
  for (const kind of kinds) {
    console.log(`\n== ${kind.name}: ${kind.command.join(' ')}`)
    const outcome = await run(kind)
    outcomes.push(outcome)
    console.log(`== ${kind.name}: ${outcome.exitCode === 0 ? 'ok' : 'FAILED'} in ${outcome.seconds} s`)
  }
  const failed = outcomes.filter((outcome) => outcome.exitCode !== 0)
  console.log(`\n== ${title}`)
  for (const { name, exitCode, seconds } of outcomes) {
    console.log(`${exitCode === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`)
  }
  const names = failed.length > 0 ? `; failed: ${failed.map(({ name }) => name).join(', ')}` : ''
  console.log(`${outcomes.length - failed.length} of ${outcomes.length} kinds ok${names}`)
  console.log(outcomes.at(-1)?.lastLine ?? '')
  return failed[0]?.exitCode ?? 0
}

/** Shows the command's output as it comes and remembers its last line. */
async function run({ name, command: [program, ...args] }: Kind): Promise<Outcome> {
  const startedMs = performance.now()
  const programs = join(root, 'node_modules', '.bin')
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      PATH: `${programs}${delimiter}${process.env['PATH'] ?? ''}`,
      // A pipe is not a terminal; without this the colours would be lost on the way.
      ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}),
    },
  })
  let tail = ''
  child.stdout.on('data', (chunk: Buffer) => {
    process.stdout.write(chunk)
    tail = (tail + chunk.toString()).slice(-2_000)
  })
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1)
  return { name, exitCode, seconds, lastLine: tail.trimEnd().split('\n').at(-1) ?? '' }
}
