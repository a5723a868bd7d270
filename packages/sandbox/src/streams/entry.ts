import { z } from 'zod'

const streamSchema = z.object({
  id: z.string(),
  webhookUrl: z.string(),
  description: z.string(),
  tag: z.string(),
  chainIds: z.array(z.string()),
  topic0: z.array(z.string()),
  abi: z.array(z.unknown()),
  status: z.enum(['active', 'paused', 'error', 'terminated']),
  addresses: z.array(z.string()),
  /** What its deliveries are signed with. */
  secret: z.string(),
})
export type Stream = z.infer<typeof streamSchema>

/** A stream as it is from now on; null: it is deleted. */
export const streamEntrySchema = z.object({ t: z.literal('stream'), id: z.string(), stream: streamSchema.nullable() })
export type StreamEntry = z.infer<typeof streamEntrySchema>
