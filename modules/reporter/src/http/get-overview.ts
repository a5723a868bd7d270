import { type Endpoint, endpoint, json } from '@species/http'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import type { ReporterDeps } from '../app/deps.ts'

/** What is counted is counted up to here: the answer costs the same however much there is. */
const countedUpTo = 1_000

const counted = z.strictObject({
  n: z.number().int().describe(`at most ${countedUpTo}`),
  isMore: z.boolean(),
  oldest: z.iso.datetime().optional(),
})

/** What waits, in figures; the lists themselves have their own routes. */
export function getOverview({ whole, clock }: Pick<ReporterDeps, 'whole' | 'clock'>): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/overview',
      operationId: 'getOverview',
      tag: 'Operations',
      summary: 'How much is under way, and how much waits for a person',
      description: `Counted up to ${countedUpTo}, read at the time of asking.`,
      access: 'operator',
      role: 'viewer',
      problems: [],
      responses: {
        200: {
          description: 'The figures',
          schema: z.strictObject({ unfinished: counted, reviews: counted, asOf: z.iso.datetime() }),
        },
      },
    },
    async () => {
      const [unfinished, reviews] = await Promise.all([
        whole.marketplace.unfinished(countedUpTo + 1),
        whole.floorManager.openReviews(),
      ])
      return json(
        200,
        {
          unfinished: countOf(unfinished.map(({ acceptedAtMs }) => acceptedAtMs)),
          reviews: countOf(reviews.map(({ openedAtMs }) => openedAtMs)),
          asOf: toTimestamp(clock.now()),
        },
        { 'cache-control': 'no-store' },
      )
    },
  )
}

function countOf(times: readonly number[]): z.infer<typeof counted> {
  const oldest = times.length === 0 ? undefined : times.reduce((least, one) => Math.min(least, one))
  return {
    n: Math.min(times.length, countedUpTo),
    isMore: times.length > countedUpTo,
    ...(oldest === undefined ? {} : { oldest: toTimestamp(oldest) }),
  }
}
