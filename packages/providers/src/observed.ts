import type { Metrics } from '@species/platform'

/** Shows the state of a breaker of that name. */
export function watchBreaker(metrics: Metrics | undefined, breaker: string): (isOpen: boolean) => void {
  return (isOpen) => metrics?.breakerOpen.set({ breaker }, isOpen ? 1 : 0)
}

/** Times a call to a partner, by its outcome. */
export async function observed<T extends { kind: string }>(
  metrics: Metrics | undefined,
  partner: string,
  call: string,
  run: () => Promise<T>,
): Promise<T> {
  const stop = metrics?.partnerSeconds.startTimer({ partner, call })
  const outcome = await run()
  stop?.({ outcome: outcome.kind })
  return outcome
}
