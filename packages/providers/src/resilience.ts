import {
  BrokenCircuitError,
  BulkheadRejectedError,
  CircuitState,
  ExponentialBackoff,
  type IBreaker,
  TimeoutStrategy,
  bulkhead,
  circuitBreaker,
  handleAll,
  handleWhen,
  retry,
  timeout,
  wrap,
} from 'cockatiel'

/** Runs calls to one partner: bounded in time and number, and not at all while the partner is known to be down. */
export type Guard = <T>(call: (signal: AbortSignal) => Promise<T>) => Promise<T>

export interface GuardOptions {
  readonly timeoutMs: number
  /** Calls at the same time; more wait in a queue of ten times as many, and beyond that are refused. */
  readonly atOnce: number
  /** Tries in all. More than one only for calls that change nothing. */
  readonly tries: number
  /** Told at once, and whenever it changes: whether calls are cut off, also while a few are let through to try. */
  readonly onBreaker?: ((isOpen: boolean) => void) | undefined
  /** Whether an error is evidence that the partner is ill. A time-out always is; any other error is its answer to this one call. */
  readonly isIll?: (error: unknown) => boolean
}

/** The partner could not be reached, failed by itself (5xx), or has had enough of us (429). */
export class PartnerIll extends Error {
  override readonly name = 'PartnerIll'
}

/** Whether a guard that tries once has refused the call without making it. */
export function wasNotMade(error: unknown): boolean {
  return error instanceof BrokenCircuitError || error instanceof BulkheadRejectedError
}

/**
 * What the breaker refuses is a failure like any other: the caller answers `unknown`. Only evidence against the partner opens the
 * breaker or is tried again: an answer that cannot be used would be the same the next time, and says nothing of other calls.
 */
export function createGuard(options: GuardOptions): Guard {
  const isIll = options.isIll ?? ((error) => error instanceof PartnerIll)
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: openMs,
    halfOpenSampling: { calls: probes, threshold: 0 },
    breaker: new WindowBreaker(),
  })
  options.onBreaker?.(false)
  breaker.onStateChange((state) => options.onBreaker?.(state !== CircuitState.Closed))
  // A try against an open breaker would only wait.
  const again = retry(
    handleWhen((error) => !(error instanceof BrokenCircuitError)),
    { maxAttempts: options.tries - 1, backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 1_000 }) },
  )
  const bounded = timeout(options.timeoutMs, TimeoutStrategy.Aggressive)
  const policy = wrap(bulkhead(options.atOnce, options.atOnce * 10), again, breaker, bounded)
  return async (call) => {
    // An error that is an answer passes the policies as one, so that they count the call as one that worked.
    const settled = await policy.execute(async ({ signal }) => {
      try {
        return { answer: await call(signal) }
      } catch (error) {
        if (isIll(error)) throw error
        return { error }
      }
    })
    if ('error' in settled) throw settled.error
    return settled.answer
  }
}

const windowMs = 10_000
const openMs = 30_000
/** So many calls must succeed in a row after that before the partner counts as well again. */
const probes = 3

interface Counts {
  readonly sinceMs: number
  readonly calls: number
  readonly failures: number
}

/**
 * When to open, as the specification has it: of the calls in this window of 10 s at least 3, and 60 % of them, failed. The
 * library's own sampling opens only above its threshold and ages its samples by calls, so that failures of a quiet hour add up.
 */
class WindowBreaker implements IBreaker {
  state: unknown = undefined
  #counts: Counts = { sinceMs: 0, calls: 0, failures: 0 }

  success(state: CircuitState): void {
    if (state === CircuitState.Closed) this.#count(0)
    else this.#counts = { sinceMs: performance.now(), calls: 0, failures: 0 }
  }

  failure(state: CircuitState): boolean {
    const { calls, failures } = this.#count(1)
    return state !== CircuitState.Closed || (calls >= 3 && failures * 10 >= calls * 6)
  }

  #count(failed: 0 | 1): Counts {
    const nowMs = performance.now()
    const { sinceMs, calls, failures } = this.#counts
    this.#counts =
      nowMs - sinceMs >= windowMs
        ? { sinceMs: nowMs, calls: 1, failures: failed }
        : { sinceMs, calls: calls + 1, failures: failures + failed }
    return this.#counts
  }
}
