import { formatQuantity } from '@species/kernel'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import type { DifferenceRow } from '../adapters/difference-rows.ts'
import { differenceClassNames, factsOf } from '../domain/difference.ts'

const time = z.iso.datetime()

export const differenceSchema = z.strictObject({
  differenceId: z.string(),
  class: z.enum(differenceClassNames),
  what: z.string(),
  subject: z.string().describe('what differs: an account, a chain, a transfer, a receipt'),
  state: z.enum(['suspected', 'open', 'closed']).describe('`suspected`: seen once by a comparison that may be early'),
  asset: z.enum(['USDT', 'SPECIES']).optional(),
  amount: z.string().optional().describe('by how much the other side is above the ledger'),
  cause: z.string().describe('the likely cause'),
  facts: z.record(z.string(), z.string()),
  owner: z.enum(['viewer', 'operator', 'treasurer', 'admin']).describe('whose it is to solve: the least role'),
  remedy: z.string(),
  closing: z.array(z.enum(['reason', 'booking'])).describe('how people can close it; none: it is over when it agrees'),
  ageSeconds: z.number(),
  firstSeenAt: time,
  lastSeenAt: time,
  closedAt: time.optional(),
  resolution: z.enum(['gone', 'explained', 'booked']).optional(),
  closedBy: z.string().optional(),
  reason: z.string().optional(),
  bookedTo: z.string().optional(),
})

/** A difference as it is answered. */
export function viewOf(row: DifferenceRow, nowMs: number): z.infer<typeof differenceSchema> {
  const { what, owner, remedy, closing } = factsOf(row.class)
  return {
    differenceId: row.differenceId,
    class: row.class,
    what,
    subject: row.subject,
    state: row.state,
    ...(row.asset === undefined ? {} : { asset: row.asset }),
    ...(row.amount === undefined ? {} : { amount: formatQuantity(row.asset ?? 'USDT', row.amount) }),
    cause: row.cause,
    facts: row.facts,
    owner,
    remedy,
    closing: [...closing],
    ageSeconds: Math.max(0, Math.floor(((row.closedAtMs ?? nowMs) - row.firstSeenMs) / 1_000)),
    firstSeenAt: toTimestamp(row.firstSeenMs),
    lastSeenAt: toTimestamp(row.lastSeenMs),
    ...(row.closedAtMs === undefined ? {} : { closedAt: toTimestamp(row.closedAtMs) }),
    ...(row.resolution === undefined ? {} : { resolution: row.resolution }),
    ...(row.closedBy === undefined ? {} : { closedBy: row.closedBy }),
    ...(row.reason === undefined ? {} : { reason: row.reason }),
    ...(row.bookedTo === undefined ? {} : { bookedTo: row.bookedTo }),
  }
}
