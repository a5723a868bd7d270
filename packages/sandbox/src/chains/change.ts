import { z } from 'zod'
import { chainNames } from './profile.ts'

const hex20 = z.string().regex(/^[0-9a-f]{40}$/)
const at = z.number()

const logEvents = ['Transfer', 'Approval'] as const

const chainLogSchema = z.object({
  index: z.int(),
  token: hex20,
  event: z.enum(logEvents),
  from: hex20,
  to: hex20,
  amount: z.string(),
})
/** One log of a transaction, in the sandbox's own terms; each partner's shape is made from it when it is asked for. */
export type ChainLog = z.infer<typeof chainLogSchema>

const chainTransactionSchema = z.object({
  hash: z.string(),
  block: z.int(),
  sender: hex20,
  contract: hex20,
  success: z.boolean(),
  input: z.object({ to: hex20, amount: z.string() }),
  logs: z.array(chainLogSchema),
})
export type ChainTransaction = z.infer<typeof chainTransactionSchema>

const runSchema = z.object({
  first: z.int(),
  count: z.int(),
  time: z.number(),
  step: z.number(),
  auto: z.boolean(),
})
/** Consecutive blocks whose times are evenly spaced; blocks are never stored one by one. */
export type BlockRun = z.infer<typeof runSchema>

const forkSchema = z.object({ from: z.int(), salt: z.string() })
/** Where a reorganisation began: blocks from there on have hashes made with its salt. */
export type Fork = z.infer<typeof forkSchema>

/** Everything that can happen to a chain. `at` is the wall time: due automatic blocks are mined first, so a replay is exact. */
const chainChangeSchema = z.discriminatedUnion('k', [
  z.object({ k: z.literal('genesis'), at, salt: z.string() }),
  z.object({ k: z.literal('interval'), at, ms: z.number() }),
  z.object({ k: z.literal('mine'), at, count: z.int() }),
  z.object({ k: z.literal('tx'), at, time: z.number(), tx: chainTransactionSchema }),
  z.object({ k: z.literal('reorg'), at, depth: z.int(), salt: z.string() }),
  z.object({
    k: z.literal('restore'),
    interval: z.number(),
    minedAt: z.number(),
    runs: z.array(runSchema),
    forks: z.array(forkSchema),
  }),
  z.object({ k: z.literal('restoreTx'), tx: chainTransactionSchema }),
])
export type ChainChange = z.infer<typeof chainChangeSchema>

export const chainEntrySchema = z.object({
  t: z.literal('chain'),
  chain: z.enum(chainNames),
  change: chainChangeSchema,
})
export type ChainEntry = z.infer<typeof chainEntrySchema>
