import {
  type ConfigQueries,
  type MarketplaceConfig,
  type PinnedConfig,
  type StoredChainsVersion,
  marketplaceConfigSchema,
  storedForm,
} from '@species/contracts'
import { Bug, Fault } from '@species/kernel'
import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'

export interface VersionRow {
  readonly version: number
  readonly changedBy: string
  readonly reason: string
  readonly changedAtMs: number
}

/** The versions' answers to other modules. */
export function configQueries(sql: Sql): ConfigQueries {
  return {
    async latest() {
      const newest = await newestBefore(sql)
      return { version: newest.version, config: configIn(newest, { retryable: true }) }
    },
    async lastReadable() {
      let row = await newestBefore(sql)
      const newest = row.version
      for (;;) {
        const { success, data } = marketplaceConfigSchema.safeParse(row.config)
        if (success) return { version: row.version, config: data, newest }
        row = await newestBefore(sql, row.version)
      }
    },
    async at(version) {
      const found = await findVersion(sql, version)
      if (!found) throw new Bug(`there is no configuration ${version}`)
      return found.config
    },
    async chainHistory(after, upTo) {
      const rows = await sql.query<{ version: bigint; changed_at: Date; chains: unknown }>(
        `SELECT version, changed_at, chains FROM (
           SELECT version, changed_at, config->'chains' AS chains, lag(config->'chains') OVER (ORDER BY version) AS before
           FROM config.versions WHERE version BETWEEN $1::bigint AND $2::bigint) v
         WHERE version > $1::bigint AND chains IS DISTINCT FROM before ORDER BY version`,
        [after, upTo],
      )
      return rows.map((row) => ({
        version: Number(row.version),
        sinceMs: row.changed_at.getTime(),
        ...chainsIn(row.chains),
      }))
    },
  }
}

interface StoredVersion {
  readonly version: number
  readonly config: unknown
}

/** The newest version of all, or of those before one. */
async function newestBefore(sql: Sql, before?: number): Promise<StoredVersion> {
  const [row] = await sql.query<{ version: bigint; config: unknown }>(
    'SELECT version, config FROM config.versions WHERE $1::bigint IS NULL OR version < $1::bigint ORDER BY version DESC LIMIT 1',
    [before ?? null],
  )
  if (!row) throw new Bug('there is no configuration that this version can read')
  return { version: Number(row.version), config: row.config }
}

/**
 * A version as this code reads it. A newer program may have written fields that it does not know; what they mean for money cannot be
 * guessed. With `retryable`, what waits for it comes again and is not counted as failed.
 */
function configIn({ version, config }: StoredVersion, { retryable }: { retryable: boolean }): MarketplaceConfig {
  const read = marketplaceConfigSchema.safeParse(config)
  if (read.success) return read.data
  throw new Fault('config_unreadable', {
    retryable,
    publicMessage: `Version ${version} of the configuration was written by a newer version of the program, and this process cannot read it. Nothing new is decided here until it can.`,
    detail: { version },
    cause: read.error,
  })
}

function chainsIn(stored: unknown): Pick<StoredChainsVersion, 'chains'> {
  const { success, data } = marketplaceConfigSchema.shape.chains.safeParse(stored)
  return success ? { chains: data } : {}
}

/** Appends a version after `previous`. False: somebody else has appended one meanwhile. */
export async function appendVersion(
  sql: Sql,
  previous: number,
  change: { config: MarketplaceConfig; changedBy: string; reason: string; nowMs: number },
): Promise<boolean> {
  const rows = await sql.query(
    `INSERT INTO config.versions (version, config, changed_by, reason, changed_at)
     SELECT $1::bigint + 1, $2::text::jsonb, $3, $4, $5::timestamptz
     WHERE $1::bigint = (SELECT coalesce(max(version), 0) FROM config.versions) ON CONFLICT (version) DO NOTHING RETURNING version`,
    [previous, JSON.stringify(storedForm(change.config)), change.changedBy, change.reason, toTimestamp(change.nowMs)],
  )
  return rows.length === 1
}

/** One version as it was written, or undefined where there is none. Throws a Fault `config_unreadable` where this code cannot read it. */
export async function findVersion(sql: Sql, version: number): Promise<PinnedConfig | undefined> {
  const [row] = await sql.query<{ config: unknown }>('SELECT config FROM config.versions WHERE version = $1', [version])
  return row && { version, config: configIn({ version, config: row.config }, { retryable: false }) }
}

/** Versions before this one, newest first. */
export async function listVersions(sql: Sql, before: number | undefined, limit: number): Promise<VersionRow[]> {
  const rows = await sql.query<{ version: bigint; changed_by: string; reason: string; changed_at: Date }>(
    `SELECT version, changed_by, reason, changed_at FROM config.versions WHERE $1::bigint IS NULL OR version < $1::bigint ORDER BY version DESC LIMIT $2`,
    [before ?? null, limit],
  )
  return rows.map((row) => ({
    version: Number(row.version),
    changedBy: row.changed_by,
    reason: row.reason,
    changedAtMs: row.changed_at.getTime(),
  }))
}
