import { states } from '@species/contracts'
import type { Bus, Metrics } from '@species/runtime'

/** Counts every state as its message passes. */
export function followStates(bus: Bus, metrics: Metrics): void {
  for (const state of states) {
    bus.tap(state, ({ body }) => {
      metrics.stateTotal.inc({ state, intent: 'intent' in body && body.intent !== undefined ? body.intent : 'none' })
    })
  }
}
