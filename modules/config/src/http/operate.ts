import { marketplaceConfigSchema } from '@species/contracts'
import { type Endpoint, endpoint, json } from '@species/http'
import { z } from 'zod'
import type { ConfigDeps } from '../app/deps.ts'
import { configQueries, listVersions } from '../adapters/version-rows.ts'

const tag = 'Configuration'
/** A version of the configuration, as it is answered. */
export const versionSchema = z.strictObject({ version: z.number().int(), config: marketplaceConfigSchema })
export const etag = (version: number): string => `"${version}"`

export function getConfig({ database }: ConfigDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/config',
      operationId: 'getConfig',
      tag,
      summary: 'The configuration, with its version as ETag',
      description:
        'Send the `ETag` as `If-Match` when you change it. Where the process that answers is too old to read the newest version, this is the newest that it can read, and `unreadable` names the other.',
      access: 'operator',
      problems: [],
      responses: {
        200: {
          description: 'The newest version that can be read',
          schema: versionSchema.extend({ unreadable: z.number().int().optional() }),
          headers: ['ETag'],
        },
      },
    },
    async () => {
      const { version, config, newest } = await configQueries(database).lastReadable()
      const answer = { version, config, ...(newest === version ? {} : { unreadable: newest }) }
      return json(200, answer, { etag: etag(version), 'cache-control': 'no-store' })
    },
  )
}

const versionsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  before: z.coerce.number().int().positive().optional(),
})

const changeView = z.strictObject({
  version: z.number().int(),
  changedBy: z.string().describe('an operator and their key'),
  reason: z.string(),
  changedAt: z.iso.datetime(),
})

export function getVersions({ database }: ConfigDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: '/admin/v1/config/versions',
      operationId: 'listConfigVersions',
      tag,
      summary: 'Who changed the configuration, when and why',
      access: 'operator',
      description: 'In pages: ask again `before` the last version.',
      query: versionsQuery,
      problems: [],
      responses: { 200: { description: 'Newest first', schema: z.strictObject({ versions: z.array(changeView) }) } },
    },
    async ({ query }) => {
      const rows = await listVersions(database, query.before, query.limit)
      return json(200, {
        versions: rows.map(({ changedAtMs, ...row }) => ({ ...row, changedAt: new Date(changedAtMs).toISOString() })),
      })
    },
  )
}
