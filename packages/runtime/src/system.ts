import { randomBytes } from 'node:crypto'
import { uuidV7 } from '@species/kernel'
import type { Clock, Ids } from './clock.ts'

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now() }

/** Identifiers from the machine's own randomness. */
export const systemIds: Ids = {
  uuid: () => uuidV7(Date.now(), randomBytes(10)),
  bytes: (length) => randomBytes(length),
}
