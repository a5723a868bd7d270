import type { Metrics } from '@species/runtime'

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
