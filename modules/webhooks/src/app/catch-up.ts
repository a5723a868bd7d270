import { noteProgress, progressOf } from '../adapters/progress-rows.ts'
import type { WebhooksDeps } from './deps.ts'
import { hearEnds } from './hear-events.ts'

const name = 'ends'
/** A receipt may be visible this long after the time that it bears, and a message may wait as long. */
const overlapMs = 300_000
const pageSize = 500

/**
 * Messages of ends may have been lost with a process or a broker. So every process, before it notes how far all has been heard, reads
 * the receipts that were written since the last note, once after its start, and tells what was not told.
 */
export function createCatchUp(deps: WebhooksDeps): () => Promise<void> {
  let hasRead = false
  return async () => {
    // A note from a clock that ran ahead would hide ends until that time came.
    const nowMs = await deps.retention.now()
    const heardUpToMs = await progressOf(deps.database, name)
    if (!hasRead && heardUpToMs !== undefined) {
      const told = await tellSince(deps, heardUpToMs - overlapMs)
      if (told > 0) deps.log.warn({ told }, 'webhooks about ends were stored late: their messages were lost')
    }
    hasRead = true
    await noteProgress(deps.database, name, nowMs)
  }
}

async function tellSince(deps: WebhooksDeps, sinceMs: number): Promise<number> {
  let told = 0
  let after: string | undefined
  for (;;) {
    const page = await deps.queries.floorManager.receiptsSince(sinceMs, after, pageSize)
    told += await hearEnds(
      deps,
      page.map(({ owner, parties, ...one }) => ({ ...one, parties: [owner, ...parties] })),
    )
    after = page.at(-1)?.receiptId
    if (page.length < pageSize) return told
  }
}
