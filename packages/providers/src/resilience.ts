import {
  BrokenCircuitError,
  BulkheadRejectedError,
  CircuitState,
  ExponentialBackoff,
  type IBreaker,
  TimeoutStrategy,
  circuitBreaker,
  handleAll,
  handleWhen,
  retry,
  timeout,
  wrap,
} from 'cockatiel'
import { createTurns } from './turns.ts'

/**
 * Runs calls to one partner: bounded in time, number and pace, and not at all while the partner is known to be down. Lanes take turns; a
 * lane is a kind of work.
 */
export type Guard = <T>(call: (signal: AbortSignal) => Promise<T>, lane?: string) => Promise<T>

/** `half_open`: cut off, and a few calls are let through to try. */
export type BreakerState = 'closed' | 'open' | 'half_open'

export interface GuardOptions {
  readonly timeoutMs: number
  /** Calls at the same time; of each lane ten times as many wait, and beyond that are refused. */
  readonly atOnce: number
  /** Calls in any one second, tries included; undefined: no limit of the partner's. */
  readonly perSecond?: number | undefined
  /** Tries in all. More than one only for calls that change nothing. */
  readonly tries: number
  /** Told at once, and whenever it changes: whether calls are cut off, also while a few are let through to try. */
  readonly onBreaker?: ((isOpen: boolean, state: BreakerState) => void) | undefined
  /** Told how long each call took that the partner answered. */
  readonly onAnswer?: ((ms: number) => void) | undefined
  /** Told at once how to count the calls that wait for their turn. */
  readonly onQueue?: ((waiting: () => number) => void) | undefined
  /** Whether an error is evidence that the partner is ill. A time-out always is; any other error is its answer to this one call. */
  readonly isIll?: (error: unknown) => boolean
}

/** The partner could not be reached, failed by itself (5xx), or has had enough of us (429). */
export class PartnerIll extends Error {
  override readonly name = 'PartnerIll'
  /** For how long the partner wants no calls, where it has said so. */
  readonly retryAfterMs: number | undefined

  constructor(message: string, options: ErrorOptions & { readonly retryAfterMs?: number | undefined } = {}) {
    super(message, options)
    this.retryAfterMs = options.retryAfterMs
  }
}

/** A partner that wants to be left alone for longer is asked again after this time. */
const mostPauseMs = 60_000

/** Whether a guard that tries once has refused the call without making it. */
export function wasNotMade(error: unknown): boolean {
  return error instanceof BrokenCircuitError || error instanceof BulkheadRejectedError
}

/**
 * What the breaker refuses is a failure like any other: the caller answers `unknown`. Only evidence against the partner opens the
 * breaker or is tried again: an answer that cannot be used would be the same the next time, and says nothing of other calls.
 */
export function createGuard(options: GuardOptions): Guard {
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: openMs,
    halfOpenSampling: { calls: probes, threshold: 0 },
    breaker: new WindowBreaker(),
  })
  const tell = (state: BreakerState): void => options.onBreaker?.(state !== 'closed', state)
  tell('closed')
  breaker.onStateChange((state) => {
    tell(breakerStates[state])
  })
  const turns = createTurns({ ...options, waitingPerLane: options.atOnce * 10 })
  options.onQueue?.(() => turns.waiting())
  // A try against an open breaker, or without a turn, would only wait.
  const again = retry(
    handleWhen((error) => !wasNotMade(error)),
    { maxAttempts: options.tries - 1, backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 1_000 }) },
  )
  const bounded = wrap(breaker, timeout(options.timeoutMs, TimeoutStrategy.Aggressive))
  return async (call, lane = '') => {
    const settled = await again.execute(async () => {
      const over = await turns.take(lane)
      let wasMade = true
      try {
        return await bounded.execute(({ signal }) => settle(call, signal, options))
      } catch (error) {
        wasMade = !wasNotMade(error)
        if (error instanceof PartnerIll && error.retryAfterMs !== undefined)
          turns.pause(Math.min(error.retryAfterMs, mostPauseMs))
        throw error
      } finally {
        over(wasMade)
      }
    })
    if ('error' in settled) throw settled.error
    return settled.answer
  }
}

const isPartnerIll = (error: unknown): boolean => error instanceof PartnerIll

type Settled<T> = { readonly answer: T } | { readonly error: unknown }

/** An error that is an answer passes the policies as one, so that they count the call as one that worked. */
async function settle<T>(
  call: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  { isIll = isPartnerIll, onAnswer }: Pick<GuardOptions, 'isIll' | 'onAnswer'>,
): Promise<Settled<T>> {
  const startMs = performance.now()
  const settled = await call(signal).then(
    (answer) => ({ answer }),
    (error: unknown) => {
      if (isIll(error)) throw error
      return { error }
    },
  )
  onAnswer?.(performance.now() - startMs)
  return settled
}

const breakerStates: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Isolated]: 'open',
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
