import { uuidV7 } from '@species/kernel'
import type { Clock, Ids } from '@species/runtime'

/** A clock that stands still until it is told. */
export interface ManualClock extends Clock {
  advance(ms: number): void
  set(ms: number): void
}

export function manualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  let now = startMs
  return {
    now: () => now,
    advance: (ms) => {
      now += ms
    },
    set: (ms) => {
      now = ms
    },
  }
}

/** Identifiers that are the same in every run, in order of their making. */
export function countingIds(clock: Clock = manualClock()): Ids {
  let count = 0
  const bytes = (length: number): Uint8Array => {
    count++
    const out = new Uint8Array(length)
    new DataView(out.buffer).setUint32(Math.max(0, length - 4), count)
    return out
  }
  return { bytes, uuid: () => uuidV7(clock.now() + count, bytes(10)) }
}
