import {
  ExponentialBackoff,
  SamplingBreaker,
  TimeoutStrategy,
  bulkhead,
  circuitBreaker,
  handleAll,
  retry,
  timeout,
  wrap,
} from 'cockatiel'

/** Runs calls to one partner: bounded in time and number, and not at all while the partner is known to be down. */
export type Guard = <T>(call: (signal: AbortSignal) => Promise<T>) => Promise<T>

export interface GuardOptions {
  readonly timeoutMs: number
  /** Calls at the same time; more wait in a queue of ten times as many. */
  readonly atOnce: number
  /** Tries in all. More than one only for calls that change nothing. */
  readonly tries: number
}

/**
 * The breaker is the specification's: it opens for 30 s when at least 3 calls of the last 10 s, and 60 % of them, failed. What
 * it refuses is a failure like any other: the caller answers `unknown`.
 */
export function createGuard(options: GuardOptions): Guard {
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: 30_000,
    breaker: new SamplingBreaker({ threshold: 0.6, duration: 10_000, minimumRps: 0.3 }),
  })
  const again = retry(handleAll, {
    maxAttempts: options.tries - 1,
    backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 1_000 }),
  })
  const bounded = timeout(options.timeoutMs, TimeoutStrategy.Aggressive)
  const policy = wrap(bulkhead(options.atOnce, options.atOnce * 10), again, breaker, bounded)
  return (call) => policy.execute(({ signal }) => call(signal))
}
