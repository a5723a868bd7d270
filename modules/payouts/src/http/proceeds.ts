import { chainSchema } from '@species/contracts'
import { type Endpoint, endpoint, json } from '@species/http'
import { formatUsdt } from '@species/kernel'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import { type ProceedsRow, proceedsOf } from '../adapters/proceeds-rows.ts'
import type { PayoutsDeps } from '../app/deps.ts'
import { waiting } from '../domain/proceeds.ts'
import { notStored } from './wire.ts'

/** Events in one answer. */
const mostShown = 200

const proceedsSchema = z.strictObject({
  eventId: z.string().describe('the event that named the address'),
  chain: chainSchema,
  address: z.string(),
  earned: z.string().describe('USDT that came in for it'),
  asked: z
    .string()
    .describe('USDT of it for which payouts were asked for; the list of payouts says what became of each'),
  waiting: z
    .string()
    .describe('USDT of it that wait: not mature yet, below the least payout, or behind an open payout'),
  kept: z.string().describe('USDT of it that stay in your account'),
  keptReason: z.string().optional(),
  createdAt: z.iso.datetime(),
})

function view(row: ProceedsRow): z.infer<typeof proceedsSchema> {
  return {
    eventId: row.eventId,
    chain: row.chain,
    address: row.address,
    earned: formatUsdt(row.earnedMicro),
    asked: formatUsdt(row.askedMicro),
    waiting: formatUsdt(waiting(row)),
    kept: formatUsdt(row.keptMicro),
    ...(row.keptReason === undefined ? {} : { keptReason: row.keptReason }),
    createdAt: toTimestamp(row.createdAtMs),
  }
}

/** What became of proceeds that were to go to an address. */
export function proceedsEndpoint({ database }: PayoutsDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/proceeds',
      operationId: 'listProceeds',
      tag: 'Money out',
      summary: 'Proceeds for which your events name an address',
      description:
        'The newest 200 events with `putProceeds.usdtAddress`. Their proceeds come into your account, and a payout is asked for once they are mature. What is cancelled, refused or kept stays in your account.',
      access: 'read',
      problems: [],
      responses: {
        200: { description: 'The events', schema: z.strictObject({ proceeds: z.array(proceedsSchema) }) },
      },
    },
    async ({ principal }) => {
      const proceeds = (await proceedsOf(database, principal.onliId, mostShown)).map(view)
      return json(200, { proceeds }, notStored)
    },
  )
}
