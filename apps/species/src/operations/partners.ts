import { type Endpoint, endpoint, json } from '@species/http'
import { toTimestamp } from '@species/platform'
import type { PartnerWatch } from '@species/providers'
import { z } from 'zod'

const time = z.iso.datetime()
const lineSchema = z.strictObject({
  breaker: z.string().describe('what is cut off together; as in `species_breaker_open`'),
  state: z
    .enum(['closed', 'open', 'half_open'])
    .describe('`open`: calls are cut off; `half_open`: a few are let through to try'),
  since: time.describe('since when it is so'),
  latencyMs: z.number().optional().describe('how long the last answer took'),
  answeredAt: time.optional().describe('when the partner last answered'),
  waiting: z.number().int().describe('calls that wait for their turn'),
})

/** How the partners do, as the process that answers sees it. */
export function partnerList(watch: Pick<PartnerWatch, 'lines'>): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/partners',
      operationId: 'listPartners',
      tag: 'Operations',
      summary: 'How the partners do',
      description:
        'As the process that answers sees it: each process has breakers and queues of its own. The metrics of all processes have the rest.',
      access: 'operator',
      role: 'viewer',
      problems: [],
      responses: {
        200: { description: 'By name', schema: z.strictObject({ partners: z.array(lineSchema) }) },
      },
    },
    () => {
      const partners = watch.lines().map(({ breaker, state, sinceMs, latencyMs, answeredAtMs, waiting }) => ({
        breaker,
        state,
        since: toTimestamp(sinceMs),
        ...(latencyMs === undefined ? {} : { latencyMs: Math.round(latencyMs) }),
        ...(answeredAtMs === undefined ? {} : { answeredAt: toTimestamp(answeredAtMs) }),
        waiting,
      }))
      return json(200, { partners }, { 'cache-control': 'no-store' })
    },
  )
}
