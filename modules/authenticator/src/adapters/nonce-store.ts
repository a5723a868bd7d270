import { assert } from '@species/kernel'
import { type Sql, rowsParameter } from '@species/database'
import { type Clock, coalesce, systemPace, toTimestamp } from '@species/platform'
import { nonceLifeMs } from '../domain/freshness.ts'
import { type NonceUse, type NonceVerdict, judgeReuse } from '../domain/nonce.ts'

/** Remembers a use of a nonce durably before it answers, and tells what a second use means. */
export type UseNonce = (use: NonceUse) => Promise<NonceVerdict>

/** While one insert is under way the next uses gather: a commit for each would bound the rate of accepts. */
export function createNonceStore(deps: { database: Sql; clock: Clock }): UseNonce {
  return coalesce<NonceUse, NonceVerdict>((uses) => useAll(deps, uses), {
    maxBatch: 500,
    atOnce: 1,
    pace: systemPace(3),
  })
}

async function useAll(deps: { database: Sql; clock: Clock }, uses: readonly NonceUse[]): Promise<NonceVerdict[]> {
  const firsts = new Map<string, NonceUse>()
  for (const use of uses) if (!firsts.has(nameOf(use))) firsts.set(nameOf(use), use)
  const offered = [...firsts.values()]
  const won = new Set((await insert(deps.database, offered, deps.clock.now())).map(nameOf))
  const lost = offered.filter((use) => !won.has(nameOf(use)))
  const seen = new Map((lost.length === 0 ? [] : await read(deps.database, lost)).map((use) => [nameOf(use), use]))
  return uses.map((use) => {
    const name = nameOf(use)
    if (won.has(name) && firsts.get(name) === use) return 'new'
    const first = won.has(name) ? firsts.get(name) : seen.get(name)
    assert(first !== undefined, 'a nonce that was not inserted is there')
    return judgeReuse(first, use)
  })
}

/** Sorted, so that two processes with the same nonces wait for each other and never in a ring. */
async function insert(
  sql: Sql,
  uses: readonly NonceUse[],
  nowMs: number,
): Promise<Pick<NonceUse, 'owner' | 'nonce'>[]> {
  return await sql.query(
    `INSERT INTO authenticator.nonces (owner, nonce, event_id, request_hash, seen_at)
     SELECT r.owner, r.nonce, r."eventId", r."requestHash", $2::timestamptz
     FROM json_to_recordset($1::text::json) AS r(owner text, nonce text, "eventId" text, "requestHash" text)
     ORDER BY r.owner, r.nonce
     ON CONFLICT (owner, nonce) DO NOTHING RETURNING owner, nonce`,
    [rowsParameter(uses), toTimestamp(nowMs)],
  )
}

async function read(sql: Sql, uses: readonly NonceUse[]): Promise<NonceUse[]> {
  const rows = await sql.query<{ owner: string; nonce: string; event_id: string | null; request_hash: string }>(
    `SELECT n.owner, n.nonce, n.event_id, n.request_hash FROM authenticator.nonces n
     JOIN json_to_recordset($1::text::json) AS r(owner text, nonce text) ON n.owner = r.owner AND n.nonce = r.nonce`,
    [rowsParameter(uses)],
  )
  return rows.map((row) => ({
    owner: row.owner,
    nonce: row.nonce,
    eventId: row.event_id ?? undefined,
    requestHash: row.request_hash,
  }))
}

/** Forgets nonces whose signatures can no longer be fresh, in bounded steps. */
export async function purgeNonces(sql: Sql, nowMs: number): Promise<void> {
  const step = 20_000
  for (;;) {
    const gone = await sql.query(
      `DELETE FROM authenticator.nonces WHERE (owner, nonce) IN
         (SELECT owner, nonce FROM authenticator.nonces WHERE seen_at < $1 ORDER BY seen_at LIMIT ${step})
       RETURNING 1 AS gone`,
      [toTimestamp(nowMs - nonceLifeMs)],
    )
    if (gone.length < step) return
  }
}

function nameOf(use: Pick<NonceUse, 'owner' | 'nonce'>): string {
  return `${use.owner} ${use.nonce}`
}
