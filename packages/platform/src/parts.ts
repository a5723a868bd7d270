import { z } from 'zod'
import type { Clock } from './clock.ts'
import { toTimestamp } from './timestamp.ts'

/** `full`: it answers questions and can keep nothing more. */
export const partStateSchema = z.enum(['up', 'down', 'full'])
export type PartState = z.infer<typeof partStateSchema>

/** What a process depends on: public names and states, never addresses or errors. */
export const partsSchema = z.record(z.string(), z.strictObject({ state: partStateSchema, since: z.string() }))
export type Parts = z.infer<typeof partsSchema>

/** Remembers since when each part has been as it is. */
export function createPartsLog(clock: Pick<Clock, 'now'>): (now: Readonly<Record<string, PartState>>) => Parts {
  let last: Parts = {}
  return (now) => {
    const at = toTimestamp(clock.now())
    last = Object.fromEntries(
      Object.entries(now).map(([name, state]) => {
        const before = last[name]
        return [name, before?.state === state ? before : { state, since: at }]
      }),
    )
    return last
  }
}
