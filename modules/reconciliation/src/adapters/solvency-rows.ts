import { type Sql, rowsParameter } from '@species/database'
import type { SumNode, SumStep } from '@species/kernel'

/** A statement as it was signed. */
export interface StatementRow {
  readonly day: string
  readonly jws: string
}

/** A leaf with whose it is. */
export interface LeafRow {
  readonly name: string
  readonly salt: Uint8Array
  readonly amount: bigint
  readonly place: number
}

/** Stores a statement; false where this day has one. */
export async function insertStatement(tx: Sql, { day, jws }: StatementRow): Promise<boolean> {
  const rows = await tx.query(
    'INSERT INTO reconciliation.solvency (day, jws) VALUES ($1::date, $2) ON CONFLICT DO NOTHING RETURNING 1 AS stored',
    [day, jws],
  )
  return rows.length > 0
}

/** The newest statement, or that of a day. */
export async function findStatement(sql: Sql, day?: string): Promise<StatementRow | undefined> {
  const [row] = await sql.query<StatementRow>(
    `SELECT day::text, jws FROM reconciliation.solvency WHERE $1::text IS NULL OR day = $1::date ORDER BY day DESC LIMIT 1`,
    [day ?? null],
  )
  return row
}

export async function insertLeaves(tx: Sql, day: string, leaves: readonly LeafRow[]): Promise<void> {
  await tx.query(
    `INSERT INTO reconciliation.solvency_leaves (day, name, place, salt, amount)
     SELECT $1::date, name, place, decode(salt, 'hex'), amount
     FROM json_to_recordset($2::text::json) AS r(name text, place integer, salt text, amount bigint)`,
    [
      day,
      rowsParameter(
        leaves.map((one) => ({
          name: one.name,
          place: one.place,
          salt: Buffer.from(one.salt).toString('hex'),
          amount: one.amount.toString(),
        })),
      ),
    ],
  )
}

export async function insertNodes(
  tx: Sql,
  day: string,
  nodes: readonly (SumNode & { readonly level: number; readonly place: number })[],
): Promise<void> {
  await tx.query(
    `INSERT INTO reconciliation.solvency_nodes (day, level, place, digest, sum)
     SELECT $1::date, level, place, decode(digest, 'hex'), sum
     FROM json_to_recordset($2::text::json) AS r(level integer, place integer, digest text, sum bigint)`,
    [
      day,
      rowsParameter(
        nodes.map((one) => ({
          level: one.level,
          place: one.place,
          digest: Buffer.from(one.digest).toString('hex'),
          sum: one.sum.toString(),
        })),
      ),
    ],
  )
}

export async function findLeaf(sql: Sql, day: string, name: string): Promise<LeafRow | undefined> {
  const [row] = await sql.query<{ name: string; salt: string; amount: bigint; place: number }>(
    `SELECT name, encode(salt, 'hex') AS salt, amount, place FROM reconciliation.solvency_leaves WHERE day = $1::date AND name = $2`,
    [day, name],
  )
  return row && { ...row, salt: Buffer.from(row.salt, 'hex') }
}

/** The siblings on the way from a leaf to the root, by the one that stands alone at its level where there is no other. */
export async function readPath(sql: Sql, day: string, place: number, alone: SumNode): Promise<SumStep[]> {
  const rows = await sql.query<{ level: number; place: number; digest: string; sum: bigint }>(
    `SELECT n.level, n.place, encode(n.digest, 'hex') AS digest, n.sum FROM reconciliation.solvency_nodes n
     WHERE n.day = $1::date AND n.place = ((($2::integer >> n.level) # 1)) ORDER BY n.level`,
    [day, place],
  )
  const [top] = await sql.query<{ levels: number }>(
    'SELECT coalesce(max(level), 0)::integer AS levels FROM reconciliation.solvency_nodes WHERE day = $1::date',
    [day],
  )
  const byLevel = new Map(rows.map((row) => [row.level, row]))
  return Array.from({ length: top?.levels ?? 0 }, (_, level): SumStep => {
    const side = (place >> level) % 2 === 0 ? 'right' : 'left'
    const row = byLevel.get(level)
    return row ? { digest: Buffer.from(row.digest, 'hex'), sum: row.sum, side } : { ...alone, side }
  })
}

/** Forgets what users could ask of days before that one. The statements stay. */
export async function forgetBefore(sql: Sql, day: string): Promise<void> {
  await sql.query('DELETE FROM reconciliation.solvency_nodes WHERE day < $1::date', [day])
  await sql.query('DELETE FROM reconciliation.solvency_leaves WHERE day < $1::date', [day])
}
