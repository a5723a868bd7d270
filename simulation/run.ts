import { Worker } from 'node:worker_threads'
import type { History } from './history.ts'
import type { PlantedBug } from './planted.ts'
import type { WorkerStart } from './worker.ts'

export interface RunOptions {
  readonly histories: number
  /** The first seed; the others follow it. */
  readonly seed: number
  readonly workers: number
  readonly planted?: PlantedBug | undefined
  /** Heard after every history; with what went wrong in it, if anything did. */
  readonly onHistory?: (played: number, failure: FailedHistory | undefined) => void
}

export interface FailedHistory {
  readonly seed: number
  readonly digest: string
  readonly findings: readonly string[]
  readonly errors: readonly string[]
}

export interface RunResult {
  readonly histories: number
  readonly events: number
  readonly completed: number
  readonly failed: number
  readonly disputed: number
  readonly inReview: number
  readonly deaths: number
  /** From the first history to the last, without the making of the databases. */
  readonly seconds: number
  readonly historiesPerMinute: number
  readonly failures: readonly FailedHistory[]
}

type Answer = { ready: true } | { history: History } | { seed: number; broken: string }

const counted = ['events', 'completed', 'failed', 'disputed', 'inReview', 'deaths'] as const

function failureOf(answer: Exclude<Answer, { ready: true }>): FailedHistory | undefined {
  if ('broken' in answer)
    return { seed: answer.seed, digest: '', findings: [`it could not be played: ${answer.broken}`], errors: [] }
  const { seed, digest, findings, errors } = answer.history
  return findings.length === 0 ? undefined : { seed, digest, findings, errors }
}

/** After so many failures nobody learns anything from more. */
const mostFailures = 5

/** Plays histories in several workers, each with a database of its own. */
export async function runSimulation(options: RunOptions): Promise<RunResult> {
  const totals = { histories: 0, events: 0, completed: 0, failed: 0, disputed: 0, inReview: 0, deaths: 0 }
  const failures: FailedHistory[] = []
  let next = options.seed
  let startedAt: number | undefined
  const end = options.seed + options.histories
  const count = (answer: Exclude<Answer, { ready: true }>): void => {
    totals.histories++
    const failure = failureOf(answer)
    if (failure) failures.push(failure)
    if ('history' in answer) for (const name of counted) totals[name] += answer.history[name]
    options.onHistory?.(totals.histories, failure)
  }
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const start: WorkerStart = { planted: options.planted }
      const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: start })
      worker.once('error', reject)
      worker.on('message', (answer: Answer) => {
        startedAt ??= performance.now()
        if (!('ready' in answer)) count(answer)
        if (next < end && failures.length < mostFailures) worker.postMessage({ seed: next++, keepTrace: false })
        else
          void worker.terminate().then(() => {
            resolve()
          }, reject)
      })
    })
  await Promise.all(Array.from({ length: Math.min(options.workers, options.histories) }, work))
  const seconds = (performance.now() - (startedAt ?? performance.now())) / 1_000
  return {
    ...totals,
    seconds,
    historiesPerMinute: Math.round((totals.histories / Math.max(seconds, 0.001)) * 60),
    failures: failures.sort((a, b) => a.seed - b.seed),
  }
}
