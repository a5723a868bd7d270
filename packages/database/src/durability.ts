import type { Database } from './database.ts'

export interface Durability {
  readonly fsync: boolean
  /** `on` and `remote_apply` wait for the disk here and at the standby. */
  readonly synchronousCommit: string
  /** What the server was told: `ANY 1 (…)`, or nothing. */
  readonly synchronousStandbyNames: string
  /** Standbys that are attached and waited for; undefined where this user may not see them. */
  readonly synchronousStandbys: number | undefined
  /** This server was a standby before: every promotion begins a timeline, and the first is 1. */
  readonly isPromoted: boolean
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
      isPromoted: false,
      losses: [embedded],
    }
  const [row] = await database.query<{
    fsync: string
    commit: string
    names: string
    timeline: string | null
    sync: bigint
    hidden: bigint
  }>(
    `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
            current_setting('synchronous_standby_names') AS names,
            CASE WHEN NOT pg_is_in_recovery() THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END AS timeline,
            count(*) FILTER (WHERE sync_state IN ('sync', 'quorum') AND state = 'streaming') AS sync,
            count(*) FILTER (WHERE pid IS NOT NULL AND sync_state IS NULL) AS hidden
     FROM pg_stat_replication`,
  )
  const facts = {
    fsync: row?.fsync === 'on',
    synchronousCommit: row?.commit ?? 'unknown',
    synchronousStandbyNames: row?.names ?? '',
    synchronousStandbys: (row?.hidden ?? 0n) > 0n ? undefined : Number(row?.sync ?? 0n),
    isPromoted: (row?.timeline ?? firstTimeline) !== firstTimeline,
  }
  return { ...facts, losses: lossesOf(facts) }
}

/**
 * Why no process may start on a set of several hosts, where one takes over when another dies; undefined: it may. A set that was
 * never protected was set up wrongly, and nothing runs on it yet. A primary that was promoted a moment ago has no standby
 * because it was the standby: there a process starts, and says what can be lost (docs/decisions/0025).
 */
export function startRefusal(durability: Durability, hosts: number): string | undefined {
  if (hosts < 2) return undefined
  const isUnprotected = durability.synchronousStandbyNames === '' && !durability.isPromoted
  if (waitsForStandby(durability.synchronousCommit) && !isUnprotected) return undefined
  return [
    'DATABASE_URL names several hosts, so another one takes over when the primary dies, and this would be lost then:',
    ...durability.losses.map((loss) => `  ${loss}`),
    'Set it on every host, for each may become the primary. Where nothing is to take over name one host alone.',
  ].join('\n')
}

const firstTimeline = '00000001'
const waitsForStandby = (synchronousCommit: string): boolean => ['on', 'remote_apply'].includes(synchronousCommit)

function lossesOf(facts: Omit<Durability, 'losses'>): string[] {
  const losses: string[] = []
  if (!facts.fsync) losses.push('A power cut can destroy the database: fsync is off. Set fsync=on.')
  if (!waitsForStandby(facts.synchronousCommit))
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
