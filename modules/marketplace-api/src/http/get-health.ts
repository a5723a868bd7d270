import { type Endpoint, endpoint, json } from '@species/runtime'
import { z } from 'zod'
import type { MarketplaceApiDeps } from '../app/deps.ts'

/** The specification's health address: whether events are accepted now. */
export function getHealth(deps: MarketplaceApiDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/marketplace/v1/health',
      tag: 'Health',
      summary: 'Whether events are accepted',
      access: 'public',
      always: true,
      responses: {
        200: {
          description: 'The marketplace answers',
          schema: z.strictObject({
            status: z.literal('ok'),
            trading: z.enum(['on', 'off']),
            configVersion: z.number(),
          }),
        },
      },
    },
    async () => {
      const { version, config } = await deps.config.current()
      return json(
        200,
        { status: 'ok', trading: config.trading, configVersion: version },
        { 'cache-control': 'no-store' },
      )
    },
  )
}
