import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { Fault } from '@species/kernel'
import { z } from 'zod'
import { findVersion } from '../adapters/version-rows.ts'
import type { ConfigDeps } from '../app/deps.ts'
import { versionSchema } from './operate.ts'

const params = z.strictObject({ version: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) })

export function getVersion({ database }: Pick<ConfigDeps, 'database'>): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/config/versions/{version}',
      operationId: 'getConfigVersion',
      tag: 'Configuration',
      summary: 'One version of the configuration',
      description: 'A version never changes. Its reason and author are in the list of versions.',
      access: 'operator',
      params,
      problems: ['not_found'],
      responses: { 200: { description: 'The version', schema: versionSchema } },
    },
    async ({ params: { version } }) => {
      const found = await findVersion(database, version).catch(unreadable)
      if (!found) throw new Problem('not_found', `There is no version ${version} of the configuration.`)
      return json(200, found, { 'cache-control': 'no-store' })
    },
  )
}

function unreadable(error: unknown): never {
  if (error instanceof Fault && error.code === 'config_unreadable')
    throw new Problem('service_unavailable', error.publicMessage, { retryAfterSeconds: 60 })
  throw error
}
