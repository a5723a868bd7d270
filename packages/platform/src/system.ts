import { randomFillSync } from 'node:crypto'
import { uuidV7 } from '@species/kernel'
import type { Clock, Ids } from './clock.ts'
import type { Pace } from './coalesce.ts'

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now(), steady: () => performance.now() }

/** A pace by the machine's own time. */
export function systemPace(ms: number): Pace {
  return { ms, now: () => performance.now(), later: (afterMs, act) => void setTimeout(act, afterMs) }
}

/** Randomness is fetched in one piece for many ids: a call for each costs more than the id. No byte is given out twice. */
const pool = Buffer.allocUnsafe(4_096)
let used = pool.length

function randomBytes(length: number): Uint8Array {
  if (length > pool.length) return randomFillSync(new Uint8Array(length))
  if (used + length > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const bytes = Uint8Array.prototype.slice.call(pool, used, used + length)
  pool.fill(0, used, used + length)
  used += length
  return bytes
}

/** Identifiers from the machine's own randomness. */
export const systemIds: Ids = {
  uuid: () => uuidV7(Date.now(), randomBytes(10)),
  bytes: (length) => randomBytes(length),
}
