import type { RetentionClock } from '@species/flow'
import { uuidV7 } from '@species/kernel'
import type { Clock, Ids } from '@species/platform'

/** A clock that stands still until it is told. */
export interface ManualClock extends Clock {
  /** Time passes. */
  advance(ms: number): void
  /** Time passes until this moment. */
  set(ms: number): void
  /** The machine's clock is set forward or, below zero, back: no time passes. */
  step(ms: number): void
}

export function manualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  let now = startMs
  let steppedMs = 0
  return {
    now: () => now,
    steady: () => now - steppedMs,
    advance: (ms) => {
      now += ms
    },
    set: (ms) => {
      now = ms
    },
    step: (ms) => {
      now += ms
      steppedMs += ms
    },
  }
}

/** A retention clock that believes this one: for tests of what is deleted, not of when a clock is to be believed. */
export function retentionOf(clock: Clock): RetentionClock {
  return { now: () => Promise.resolve(clock.now()) }
}

/** A retention clock as the real one is: it follows the time that passes, and no step of the machine's clock. */
export function neverAheadOf(clock: ManualClock): RetentionClock {
  return { now: () => Promise.resolve(Math.min(clock.now(), clock.steady())) }
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
