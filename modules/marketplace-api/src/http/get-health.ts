import { type Endpoint, endpoint, json } from '@species/http'
import { partsSchema } from '@species/platform'
import { z } from 'zod'
import type { MarketplaceApiDeps } from '../app/deps.ts'

/** The specification's health address: whether events are accepted now, and, as information, what the process depends on. */
export function getHealth(deps: MarketplaceApiDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/health',
      operationId: 'getMarketHealth',
      tag: 'Health',
      summary: 'Whether events are accepted',
      description: 'Also the state of each part that the marketplace depends on, as information.',
      access: 'public',
      problems: [],
      always: true,
      responses: {
        200: {
          description: 'The marketplace answers',
          schema: z.strictObject({
            status: z.literal('ok'),
            trading: z.enum(['on', 'off']),
            configVersion: z.number(),
            parts: partsSchema.optional(),
          }),
        },
      },
    },
    async () => {
      const [{ version, newest, config }, parts] = await Promise.all([deps.config.readable(), deps.health?.()])
      // Nothing is accepted here by a version that is not the newest.
      const trading = newest === version ? config.trading : 'off'
      return json(200, { status: 'ok', trading, configVersion: version, parts }, { 'cache-control': 'no-store' })
    },
  )
}
