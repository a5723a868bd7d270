import { chainSchema } from '@species/contracts'
import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { z } from 'zod'
import type { DepositsDeps } from '../app/deps.ts'
import { syncStreams } from '../app/sync-streams.ts'

const bodySchema = z.strictObject({
  dryRun: z.boolean().default(false).describe('true: says what would be done, and does nothing'),
})
const stepSchema = z.strictObject({
  do: z.enum(['create', 'add', 'drop', 'resume', 'remove']).describe('`add` and `drop` are of addresses'),
  chain: chainSchema.optional(),
  streamId: z.string().optional(),
  addresses: z.array(z.string()).optional(),
})

/** Makes the streams at Moralis what the configuration has. */
export function syncStreamsRoute(deps: DepositsDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: '/admin/v1/moralis/sync',
      operationId: 'syncMoralis',
      tag: 'Operations',
      summary: 'Make the streams at Moralis what the configuration has',
      description:
        'One stream for each chain, to `POST /webhooks/moralis` of this marketplace, with the deposit addresses, the addresses of quotes and our wallets. Streams with other webhooks are untouched. The same again changes nothing.',
      access: 'operator',
      role: 'operator',
      audit: { action: 'moralis.sync', target: ({ body }) => (body.dryRun ? 'dry run' : 'streams') },
      body: { schema: bodySchema, examples: { dryRun: { dryRun: true }, forGood: {} } },
      problems: ['not_found', 'service_unavailable'],
      responses: {
        200: {
          description:
            'What was to be done, and is done unless it was a dry run; nothing where all was as it should be',
          schema: z.strictObject({ dryRun: z.boolean(), steps: z.array(stepSchema) }),
        },
      },
    },
    async ({ body: { dryRun } }) => {
      if (!deps.chainStreams)
        throw new Problem(
          'not_found',
          'Moralis cannot call this marketplace: set MORALIS_WEBHOOK_SECRET and SPECIES_PUBLIC_URL, and start again.',
        )
      const { config } = await deps.config.current()
      const { steps, done, stoppedBy } = await syncStreams(deps.chainStreams, config, dryRun)
      if (stoppedBy !== undefined)
        throw new Problem(
          'service_unavailable',
          `${done} of ${steps.length} steps are done. ${stoppedBy}. Send the same again: it goes on from what Moralis has.`,
          { retryAfterSeconds: 30 },
        )
      const shown = steps.map((step) => ({
        do: step.do,
        ...(step.chain === undefined ? {} : { chain: step.chain }),
        ...('id' in step ? { streamId: step.id } : {}),
        ...('addresses' in step ? { addresses: [...step.addresses] } : {}),
      }))
      return json(200, { dryRun, steps: shown }, { 'cache-control': 'no-store' })
    },
  )
}
