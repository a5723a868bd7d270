import type { DeadLetterStore } from '@species/bus'
import { checkpointJob } from '@species/database'
import type { Platform } from '@species/flow'
import type { Job } from '@species/platform'
import type { Settings } from '../settings/settings.ts'
import { observeCertificates } from './certificates.ts'
import type { Health } from './health.ts'

/** How long failures of a message are counted when nothing more is heard of it. */
const countsLifeMs = 7 * 86_400_000

/** The jobs of the program itself, beside those of the modules. */
export function operationJobs({
  database,
  clock,
  metrics,
  bus,
  deadLetters,
  health,
  log,
  settings,
}: Platform & { readonly deadLetters: DeadLetterStore; readonly health: Health; readonly settings: Settings }): Job[] {
  return [
    ...(database.engine === 'pglite' ? [checkpointJob(database, clock)] : []),
    {
      // Also when no client asks, so that the `since` of a part that is down is right.
      name: 'health',
      everyMs: 5_000,
      async run() {
        await health()
      },
    },
    {
      name: 'forget-counts',
      everyMs: 3_600_000,
      run: () => deadLetters.forgetCounts(clock.now() - countsLifeMs),
    },
    {
      name: 'certificates-gauge',
      everyMs: 60_000,
      run: () => observeCertificates(settings, metrics, log),
    },
    {
      name: 'bus-gauges',
      everyMs: 10_000,
      async run() {
        for (const [consumer, waiting] of bus.backlog()) metrics.backlog.set({ consumer }, waiting)
        const { parked, oldestAtMs } = await deadLetters.summary()
        metrics.deadLetters.set(parked)
        metrics.oldestDeadLetterSeconds.set(oldestAtMs === undefined ? 0 : (clock.now() - oldestAtMs) / 1_000)
      },
    },
  ]
}
