import postgres from 'postgres'
import type { PostgresAddress, PostgresHost } from './postgres-address.ts'
import { connectSocket, failure } from './postgres-socket.ts'

/** How long an answer is good for: connections that open together ask once. */
const freshMs = 1_000

interface Primary {
  readonly host: PostgresHost
  /** Eight hexadecimal digits: the newer one is the greater text. */
  readonly timeline: string
}

export interface PrimaryFinder {
  /** The host that takes writes now. Throws where none does. */
  find(): Promise<Primary>
  /** What was found is not to be used again: a write to it was refused, or it went away. */
  forget(): void
}

/**
 * Finds the primary among the hosts of an address by asking them all. Where two say that they are it, the newer timeline is
 * right: every promotion begins one. A timeline older than one that was seen is a primary that was replaced, and is refused
 * for as long as this process lives, though no other server answers. `onNewer` is told of each newer timeline, before anybody can use it.
 */
export function createPrimaryFinder(address: PostgresAddress, onNewer: (timeline: string) => void): PrimaryFinder {
  let newest = ''
  let found: { primary: Promise<Primary>; untilMs: number } | undefined

  const search = async (): Promise<Primary> => {
    const asked = await Promise.allSettled(address.hosts.map((host) => timelineOf(address, host)))
    const timelines = asked.map((one) => (one.status === 'fulfilled' ? one.value : undefined))
    const best =
      timelines
        .filter((one) => one !== undefined)
        .sort()
        .at(-1) ?? ''
    const host = best === '' || best < newest ? undefined : address.hosts[timelines.indexOf(best)]
    if (!host) throw noPrimary(address, asked, best)
    if (best > newest) onNewer(best)
    newest = best
    return { host, timeline: best }
  }
  return {
    find() {
      if (!found || found.untilMs < performance.now()) {
        const primary = search()
        const entry = { primary, untilMs: Infinity }
        found = entry
        primary.then(
          () => {
            entry.untilMs = performance.now() + freshMs
          },
          () => {
            entry.untilMs = 0
          },
        )
      }
      return found.primary
    },
    forget() {
      if (found && found.untilMs !== Infinity) found = undefined
    },
  }
}

/** The timeline of a primary, as eight hexadecimal digits; undefined for a standby. */
async function timelineOf(address: PostgresAddress, host: PostgresHost): Promise<string | undefined> {
  const timeoutMs = Math.min(address.connectTimeoutMs, 2_000)
  const one = postgres({
    host: host.host,
    port: host.port,
    user: address.user,
    pass: address.password,
    database: address.database,
    max: 1,
    fetch_types: false,
    ssl: false,
    connect_timeout: timeoutMs / 1_000,
    socket: () => connectSocket(host, address.tls, timeoutMs),
  } as postgres.Options<Record<string, never>>)
  let timer: NodeJS.Timeout | undefined
  try {
    const answer = one.unsafe<{ timeline: string | null }[]>(
      `SELECT CASE WHEN NOT pg_is_in_recovery() THEN left(pg_walfile_name(pg_current_wal_lsn()), 8) END AS timeline`,
    )
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(failure('CONNECT_TIMEOUT', `${host.host}:${host.port} did not answer`))
      }, timeoutMs)
    })
    const [row] = await Promise.race([answer, late])
    return row?.timeline ?? undefined
  } finally {
    clearTimeout(timer)
    void one.end({ timeout: 0 }).catch(() => undefined)
  }
}

function noPrimary(
  address: PostgresAddress,
  asked: readonly PromiseSettledResult<string | undefined>[],
  best: string,
): Error {
  const reasons = address.hosts.map(({ host, port }, index) => {
    const one = asked[index]
    if (one?.status === 'rejected') return `${host}:${port} ${String(one.reason)}`
    return `${host}:${port} ${one?.value === undefined ? 'is a standby' : `is a primary that was replaced (${best})`}`
  })
  return failure('NO_PRIMARY', `no host of the database takes writes: ${reasons.join('; ')}`)
}
