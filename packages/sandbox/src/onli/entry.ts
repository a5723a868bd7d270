import { z } from 'zod'

export const consentModes = ['grant', 'stall', 'refuse'] as const
export type ConsentMode = (typeof consentModes)[number]

const operationStatuses = ['DONE', 'AWAITING_CONSENT', 'REFUSED', 'CANCELLED'] as const

const operationSchema = z.object({
  id: z.string(),
  key: z.string(),
  kind: z.enum(['issue', 'move']),
  from: z.string(),
  to: z.string(),
  amount: z.string(),
  status: z.enum(operationStatuses),
  reason: z.string(),
  /** Unix seconds; 0 until DONE. */
  changedAt: z.number(),
  /** Unix seconds; 0 = a stalled consent waits for ever. */
  expiresAt: z.number(),
})
/** One issue or move, as the partner remembers it. */
export type Operation = z.infer<typeof operationSchema>

const entry = <K extends string>(kind: K): z.ZodLiteral<K> => z.literal(kind)

/** Everything that can happen at the simulated Onli Cloud. */
export const onliEntrySchema = z.discriminatedUnion('t', [
  z.object({ t: entry('vault'), vault: z.string(), owner: z.string(), preAuthorised: z.boolean() }),
  z.object({ t: entry('units'), vault: z.string(), delta: z.string() }),
  z.object({ t: entry('op'), op: operationSchema }),
  z.object({ t: entry('end'), id: z.string(), status: z.enum(operationStatuses), reason: z.string(), at: z.number() }),
  z.object({ t: entry('consent'), vault: z.string().optional(), mode: z.enum(consentModes) }),
  z.object({ t: entry('honours'), value: z.boolean() }),
  // An operation whose effect is already in the balances of the snapshot.
  z.object({ t: entry('seen'), op: operationSchema }),
])
export type OnliEntry = z.infer<typeof onliEntrySchema>
