import { type AgentStanding, type Mandate, encodeBody, mandateSchema } from '@species/contracts'
import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'

/** An agent as its tables have it. Times in Unix ms. */
export interface Agent extends AgentStanding {
  /** Its own, whatever stops all agents. */
  readonly own: 'active' | 'paused' | 'revoked'
  readonly createdAtMs: number
  readonly changedAtMs: number
}

interface AgentRow {
  readonly agent_id: string
  readonly onli_id: string
  readonly name: string
  readonly status: Agent['own']
  readonly mandate_version: number
  readonly mandate: unknown
  readonly by_owner: boolean
  readonly by_venue: boolean
  readonly created_at: Date
  readonly changed_at: Date
}

const select = `SELECT a.agent_id, a.onli_id, a.name, a.status, a.mandate_version, m.mandate, a.created_at, a.changed_at,
    EXISTS (SELECT 1 FROM authenticator.agent_stops s WHERE s.scope = 'owner:' || a.onli_id) AS by_owner,
    EXISTS (SELECT 1 FROM authenticator.agent_stops s WHERE s.scope = 'venue') AS by_venue
  FROM authenticator.agents a LEFT JOIN authenticator.mandates m ON m.agent_id = a.agent_id AND m.version = a.mandate_version`

export async function findAgents(sql: Sql, agentIds: readonly string[]): Promise<Agent[]> {
  return (await sql.query<AgentRow>(`${select} WHERE a.agent_id = ANY($1::text[])`, [agentIds])).map(fromRow)
}

/** An agent of this owner. */
export async function findAgent(sql: Sql, owner: string, agentId: string): Promise<Agent | undefined> {
  return (await findAgents(sql, [agentId])).find((agent) => agent.owner === owner)
}

/** A user's agents, newest first: those that are not revoked, and the newest of the others. */
export async function agentsOf(sql: Sql, owner: string): Promise<Agent[]> {
  const rows = await sql.query<AgentRow>(
    `${select} WHERE a.onli_id = $1 ORDER BY (a.status <> 'revoked') DESC, a.created_at DESC, a.agent_id LIMIT 100`,
    [owner],
  )
  return rows.map(fromRow)
}

export async function countAgents(sql: Sql, owner: string): Promise<number> {
  const [row] = await sql.query<{ count: bigint }>(
    `SELECT count(*) AS count FROM authenticator.agents WHERE onli_id = $1 AND status <> 'revoked'`,
    [owner],
  )
  return Number(row?.count ?? 0n)
}

export async function insertAgent(
  tx: Sql,
  agent: { agentId: string; owner: string; name: string; by: string; atMs: number },
): Promise<void> {
  await tx.query(
    `INSERT INTO authenticator.agents (agent_id, onli_id, name, status, mandate_version, created_at, created_by, changed_at)
     VALUES ($1, $2, $3, 'active', 0, $4, $5, $4)`,
    [agent.agentId, agent.owner, agent.name, toTimestamp(agent.atMs), agent.by],
  )
}

/** Puts the next mandate of an agent in force. Its row is locked by its owner's. */
export async function insertMandate(
  tx: Sql,
  set: {
    agentId: string
    version: number
    mandate: Mandate
    by: string
    confirmedBy: string | undefined
    atMs: number
  },
): Promise<void> {
  const at = toTimestamp(set.atMs)
  await tx.query(
    `INSERT INTO authenticator.mandates (agent_id, version, mandate, set_at, set_by, confirmed_by)
     VALUES ($1, $2, $3::text::jsonb, $4, $5, $6)`,
    [set.agentId, set.version, encodeBody(set.mandate), at, set.by, set.confirmedBy ?? null],
  )
  await tx.query('UPDATE authenticator.agents SET mandate_version = $2, changed_at = $3 WHERE agent_id = $1', [
    set.agentId,
    set.version,
    at,
  ])
}

/** Sets the agent's own status. Revoked is for ever. */
export async function setAgentStatus(tx: Sql, agentId: string, status: Agent['own'], atMs: number): Promise<void> {
  await tx.query(
    `UPDATE authenticator.agents SET status = $2, changed_at = $3 WHERE agent_id = $1 AND status <> 'revoked'`,
    [agentId, status, toTimestamp(atMs)],
  )
}

/** Revokes every key of an agent that is not revoked. */
export async function revokeKeysOf(tx: Sql, agentId: string, by: string, atMs: number): Promise<void> {
  await tx.query(
    `UPDATE authenticator.api_keys SET revoked_at = $2, revoked_by = $3 WHERE limits ->> 'agent' = $1 AND revoked_at IS NULL`,
    [agentId, toTimestamp(atMs), by],
  )
}

/** What stops many agents at once: `venue`, or `owner:` and an onli id. */
export interface AgentStop {
  readonly scope: string
  readonly stoppedAtMs: number
  readonly stoppedBy: string
  readonly reason: string
}

/** Stops them; a stop that is there already stays as it is. */
export async function insertStop(tx: Sql, stop: AgentStop): Promise<void> {
  await tx.query(
    `INSERT INTO authenticator.agent_stops (scope, stopped_at, stopped_by, reason) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [stop.scope, toTimestamp(stop.stoppedAtMs), stop.stoppedBy, stop.reason],
  )
}

export async function deleteStop(tx: Sql, scope: string): Promise<void> {
  await tx.query('DELETE FROM authenticator.agent_stops WHERE scope = $1', [scope])
}

/** Locks the stop until the transaction ends. */
export async function lockStop(tx: Sql, scope: string): Promise<AgentStop | undefined> {
  const [row] = await tx.query<{ scope: string; stopped_at: Date; stopped_by: string; reason: string }>(
    'SELECT scope, stopped_at, stopped_by, reason FROM authenticator.agent_stops WHERE scope = $1 FOR UPDATE',
    [scope],
  )
  return row && { scope, stoppedAtMs: row.stopped_at.getTime(), stoppedBy: row.stopped_by, reason: row.reason }
}

function fromRow(row: AgentRow): Agent {
  const mandate = row.mandate === null ? undefined : mandateSchema.safeParse(row.mandate)
  return {
    agentId: row.agent_id,
    owner: row.onli_id,
    name: row.name,
    own: row.status,
    status: standingOf(row, mandate?.success === false),
    mandateVersion: row.mandate_version,
    mandate: mandate?.data,
    createdAtMs: row.created_at.getTime(),
    changedAtMs: row.changed_at.getTime(),
  }
}

function standingOf(row: AgentRow, isUnreadable: boolean): AgentStanding['status'] {
  if (row.status !== 'active') return row.status
  if (row.by_venue) return 'stopped_by_operator'
  if (row.by_owner) return 'stopped_by_owner'
  return isUnreadable ? 'unreadable' : 'active'
}
