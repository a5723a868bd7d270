import { parentPort, workerData } from 'node:worker_threads'
import { createMetrics } from '@species/platform'
import { openStage } from './database.ts'
import { playHistory } from './history.ts'
import type { PlantedBug } from './planted.ts'

/** What a worker is started with, what it is asked, and what it answers: histories, as often as it is asked. */
export interface WorkerStart {
  readonly planted: PlantedBug | undefined
}

const { planted } = workerData as WorkerStart
const stage = await openStage(planted)
const metrics = createMetrics()
parentPort?.on('message', ({ seed, keepTrace }: { seed: number; keepTrace: boolean }) => {
  playHistory({ stage, seed, metrics, planted, keepTrace }).then(
    (history) => parentPort?.postMessage({ history }),
    (error: unknown) => {
      // A history that cannot be played to its end is a finding like any other.
      parentPort?.postMessage({ seed, broken: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    },
  )
})
parentPort?.postMessage({ ready: true })
