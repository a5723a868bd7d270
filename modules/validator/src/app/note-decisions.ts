import type { Message } from '@species/bus'
import { storeDecisions } from '../adapters/verdict-rows.ts'
import type { ValidatorDeps } from './deps.ts'

/**
 * An operator has decided a review. Only events whose payment is in review have an open verdict here; of others nothing is kept. A
 * refusal stops the asking, so that the money stays unclaimed; it is published by whoever decided.
 */
export async function noteDecisions(deps: ValidatorDeps, batch: readonly Message<'review.decided'>[]): Promise<[]> {
  const rows = batch.map(({ body }) => ({
    eventKey: body.eventKey,
    refusal:
      body.decision === 'refuse'
        ? { code: 'refused_by_operator' as const, detail: body.reason, by: 'floor-manager' as const }
        : undefined,
  }))
  await storeDecisions(deps.database, rows, deps.clock.now())
  return []
}
