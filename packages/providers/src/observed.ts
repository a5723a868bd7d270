import { type Metrics, SpanKind, failSpans, tracedWithin } from '@species/platform'
import type { PartnerWatch } from './partner-watch.ts'
import type { GuardOptions } from './resilience.ts'

/** Where a client tells how its partner does. */
export interface Observers {
  readonly metrics?: Metrics | undefined
  readonly watch?: PartnerWatch | undefined
}

/** Shows the state of a breaker of that name, and keeps it for operators. */
export function watched(
  { metrics, watch }: Observers,
  breaker: string,
): Pick<GuardOptions, 'onBreaker' | 'onAnswer' | 'onQueue'> {
  return {
    onBreaker(isOpen, state) {
      metrics?.breakerOpen.set({ breaker }, isOpen ? 1 : 0)
      watch?.breaker(breaker, state)
    },
    onAnswer: (ms) => watch?.answered(breaker, ms),
    onQueue: (waiting) => watch?.queue(breaker, waiting),
  }
}

/** Times and traces a call to a partner, by its outcome. */
export async function observed<T extends { kind: string }>(
  metrics: Metrics | undefined,
  partner: string,
  call: string,
  run: () => Promise<T>,
): Promise<T> {
  const stop = metrics?.partnerSeconds.startTimer({ partner, call })
  return await tracedWithin(`${partner} ${call}`, SpanKind.CLIENT, { 'peer.service': partner }, async (spans) => {
    const outcome = await run()
    stop?.({ outcome: outcome.kind })
    for (const span of spans) span.setAttribute('species.outcome', outcome.kind)
    if (outcome.kind === 'unknown') failSpans(spans, outcome.kind)
    return outcome
  })
}
