import type { Database } from './database.ts'

export interface Durability {
  readonly fsync: boolean
  /** `on` and `remote_apply` wait for the disk here and at the standby. */
  readonly synchronousCommit: string
  /** What the server was told: `ANY 1 (…)`, or nothing. */
  readonly synchronousStandbyNames: string
  /** Standbys that are attached and waited for; undefined where this user may not see them. */
  readonly synchronousStandbys: number | undefined
  /** What can be lost, each in plain words; none: an acknowledged trade survives the loss of any one server. */
  readonly losses: readonly string[]
}

const embedded =
  'A power cut or a crash of the machine can lose trades that were acknowledged: the embedded database does not wait for the disk. The death of the process alone loses nothing.'

/** What an acknowledged trade survives on this database. */
export async function checkDurability(database: Database): Promise<Durability> {
  if (database.engine === 'pglite')
    return {
      fsync: false,
      synchronousCommit: 'on',
      synchronousStandbyNames: '',
      synchronousStandbys: 0,
      losses: [embedded],
    }
  const [row] = await database.query<{ fsync: string; commit: string; names: string; sync: bigint; hidden: bigint }>(
    `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
            current_setting('synchronous_standby_names') AS names,
            count(*) FILTER (WHERE sync_state IN ('sync', 'quorum') AND state = 'streaming') AS sync,
            count(*) FILTER (WHERE pid IS NOT NULL AND sync_state IS NULL) AS hidden
     FROM pg_stat_replication`,
  )
  const facts = {
    fsync: row?.fsync === 'on',
    synchronousCommit: row?.commit ?? 'unknown',
    synchronousStandbyNames: row?.names ?? '',
    synchronousStandbys: (row?.hidden ?? 0n) > 0n ? undefined : Number(row?.sync ?? 0n),
  }
  return { ...facts, losses: lossesOf(facts) }
}

function lossesOf(facts: Omit<Durability, 'losses'>): string[] {
  const losses: string[] = []
  if (!facts.fsync) losses.push('A power cut can destroy the database: fsync is off. Set fsync=on.')
  if (!['on', 'remote_apply'].includes(facts.synchronousCommit))
    losses.push(
      facts.synchronousCommit === 'off'
        ? 'A crash of the server can lose the trades of the last moments although they were acknowledged: synchronous_commit is off. Set it to on.'
        : `A failover can lose the trades of the last moments although they were acknowledged: synchronous_commit is ${facts.synchronousCommit}, which does not wait for the standby’s disk. Set it to on.`,
    )
  if (facts.synchronousStandbyNames === '')
    losses.push(
      "The loss of the server’s disk, and a failover to an asynchronous replica, lose the trades of the last moments although they were acknowledged: there is no synchronous standby. Attach one and set synchronous_standby_names = 'ANY 1 (*)'.",
    )
  else if (facts.synchronousStandbys === 0)
    losses.push(
      `Nothing is lost, but nothing is accepted either: writes wait until a standby of synchronous_standby_names (${facts.synchronousStandbyNames}) is attached, and none is.`,
    )
  else if (facts.synchronousStandbys === undefined)
    losses.push(
      'Whether a synchronous standby is attached is hidden from this database user: grant it pg_monitor, and check again.',
    )
  return losses
}
