import { type Line, type MoneyTransferKind, lineSchema, moneyTransferKindSchema } from '@species/contracts'
import { type Sql, rowsParameter } from '@species/database'
import { toTimestamp } from '@species/platform'

/** Money that is set aside for a transfer of another module. */
export interface HoldRow {
  readonly transferId: string
  readonly kind: MoneyTransferKind
  readonly eventKey: string | undefined
  readonly lines: readonly Line[]
  readonly state: 'held' | 'settled' | 'released'
}

interface Row {
  transfer_id: string
  kind: string
  event_key: string | null
  lines: unknown
  state: HoldRow['state']
}

const linesSchema = lineSchema.array()

/** Ask it again once the balances of its lines are locked: until then another transaction may end it. */
export async function readHold(tx: Sql, transferId: string): Promise<HoldRow | undefined> {
  const [row] = await tx.query<Row>(
    'SELECT transfer_id, kind, event_key, lines, state FROM cashier.holds WHERE transfer_id = $1',
    [transferId],
  )
  return (
    row && {
      transferId: row.transfer_id,
      kind: moneyTransferKindSchema.parse(row.kind),
      eventKey: row.event_key ?? undefined,
      lines: linesSchema.parse(row.lines),
      state: row.state,
    }
  )
}

/** Which of these transfers are held, or were held and released: they cannot be posted but by settling. */
export async function heldOf(tx: Sql, transferIds: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ transfer_id: string }>(
    `SELECT transfer_id FROM cashier.holds WHERE transfer_id = ANY($1::text[]) AND state <> 'settled'`,
    [transferIds],
  )
  return rows.map((row) => row.transfer_id)
}

export async function insertHold(tx: Sql, hold: Omit<HoldRow, 'state'>, nowMs: number): Promise<void> {
  await tx.query(
    `INSERT INTO cashier.holds (transfer_id, kind, event_key, lines, state, held_at)
     SELECT transfer_id, kind, event_key, lines, 'held', $2 FROM json_to_recordset($1::text::json)
       AS r(transfer_id text, kind text, event_key uuid, lines jsonb)`,
    [
      rowsParameter([{ transfer_id: hold.transferId, kind: hold.kind, event_key: hold.eventKey, lines: hold.lines }]),
      toTimestamp(nowMs),
    ],
  )
}

export async function endHold(
  tx: Sql,
  transferId: string,
  state: 'settled' | 'released',
  nowMs: number,
): Promise<void> {
  await tx.query('UPDATE cashier.holds SET state = $2, ended_at = $3 WHERE transfer_id = $1', [
    transferId,
    state,
    toTimestamp(nowMs),
  ])
}
