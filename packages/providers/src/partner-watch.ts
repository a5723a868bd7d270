import type { Clock } from '@species/platform'
import type { BreakerState } from './resilience.ts'

/** How one line to a partner does, as this process sees it. */
interface LineState {
  /** Name of its breaker. */
  readonly breaker: string
  readonly state: BreakerState
  /** Since when it is so, in Unix milliseconds. */
  readonly sinceMs: number
  /** How long the last answer took; undefined before the first. */
  readonly latencyMs: number | undefined
  /** When the partner last answered, in Unix milliseconds. */
  readonly answeredAtMs: number | undefined
  /** Calls that wait for their turn. */
  readonly waiting: number
}

/** Keeps for each breaker what an operator asks for. */
export interface PartnerWatch {
  breaker(name: string, state: BreakerState): void
  answered(name: string, latencyMs: number): void
  queue(name: string, waiting: () => number): void
  /** All that were ever told of, by name. */
  lines(): LineState[]
}

interface Kept {
  state: BreakerState
  sinceMs: number
  latencyMs: number | undefined
  answeredAtMs: number | undefined
  waiting: () => number
}

export function createPartnerWatch(clock: Pick<Clock, 'now'>): PartnerWatch {
  const kept = new Map<string, Kept>()
  const of = (name: string): Kept => {
    const before = kept.get(name)
    if (before) return before
    const made: Kept = {
      state: 'closed',
      sinceMs: clock.now(),
      latencyMs: undefined,
      answeredAtMs: undefined,
      waiting: () => 0,
    }
    kept.set(name, made)
    return made
  }
  return {
    breaker(name, state) {
      const line = of(name)
      if (line.state !== state) Object.assign(line, { state, sinceMs: clock.now() })
    },
    answered: (name, latencyMs) => void Object.assign(of(name), { latencyMs, answeredAtMs: clock.now() }),
    queue: (name, waiting) => void Object.assign(of(name), { waiting }),
    lines: () =>
      [...kept]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([breaker, { waiting, ...line }]) => ({ breaker, ...line, waiting: waiting() })),
  }
}
