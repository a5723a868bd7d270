import {
  type ClaimHolder,
  type ClaimResult,
  type ClaimsPort,
  type CreditHolder,
  type Custodian,
  type MarketplaceConfig,
  type OtherHolder,
  type TransferName,
  nextRecheckMs,
} from '@species/contracts'
import { assert } from '@species/kernel'
import { type Sql, rowsParameter } from '@species/database'
import { toTimestamp } from '@species/platform'
import { type Row, columns, fromRow, toClaim } from './claim-rows.ts'
import { makeClaims, nameColumns, nameParameter, sameTransfer } from './make-claims.ts'

/** The table of claims for other modules, over their transaction; `latest` is asked inside it, because a halt stops every claim. */
export function claimsPort(tx: Sql, latest: () => Promise<{ readonly config: MarketplaceConfig }>): ClaimsPort {
  const holdersOf: ClaimsPort['holders'] = async (transfers) => {
    if (transfers.length === 0) return []
    const rows = await tx.query<HolderRow & { place: number }>(
      `SELECT r.place, c.holder, c.held_for, c.event_key, c.payer
       FROM json_to_recordset($1::text::json) AS r(place integer, ${nameColumns})
       JOIN validator.claims c ON ${sameTransfer('c')} AND c.vanished_at IS NULL`,
      [rowsParameter(transfers.map((transfer, place) => ({ place, ...nameParameter(transfer) })))],
    )
    const found = new Map(rows.map((row) => [row.place, toHolder(row)]))
    return transfers.map((_, place) => found.get(place))
  }
  return {
    holders: holdersOf,
    async claim(transfer, holder, { nowMs, trace, reason }): Promise<ClaimResult> {
      const { config } = await latest()
      if (config.chains[transfer.chain].halted) return { kind: 'halted' }
      const recheckAtMs = 'payer' in holder ? nextRecheckMs(transfer.chain, config, nowMs, 0) : undefined
      await makeClaims(tx, [{ ...transfer, holder, trace, reason, claimedAtMs: nowMs, recheckAtMs }])
      const [row] = await tx.query<Row & HolderRow>(
        `SELECT ${columns}, holder, held_for FROM validator.claims c
         WHERE vanished_at IS NULL AND EXISTS (SELECT 1 FROM json_to_recordset($1::text::json) AS r(${nameColumns}) WHERE ${sameTransfer('c')})`,
        [rowsParameter([nameParameter(transfer)])],
      )
      assert(row !== undefined, 'what was not claimed now stands claimed')
      const by = toHolder(row)
      if (by.kind !== holder.kind || by.ref !== holder.ref) return { kind: 'taken', by }
      const wasSuspense = row.booked_from === 'suspense'
      return { kind: 'claimed', wasSuspense, ...('payer' in by ? { claim: toClaim(fromRow(row)) } : {}) }
    },
    async endVanished(transfer, nowMs) {
      // The cashier is told nothing: what credited no user is taken back from none.
      const ended = await tx.query(
        `UPDATE validator.claims c SET vanished_at = $2, reversed_at = $2
         FROM json_to_recordset($1::text::json) AS r(${nameColumns})
         WHERE ${sameTransfer('c')} AND c.vanished_at IS NULL AND c.payer IS NULL RETURNING 1 AS ended`,
        [rowsParameter([nameParameter(transfer)]), toTimestamp(nowMs)],
      )
      return ended.length > 0
    },
    async keepCustody(chain, address, custodian) {
      const kept = await tx.query(
        `INSERT INTO validator.custody_addresses (chain, address, custodian) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING 1 AS kept`,
        [chain, address, custodian],
      )
      return kept.length > 0
    },
    async custodianOf(chain, address) {
      const [row] = await tx.query<{ custodian: Custodian }>(
        'SELECT custodian FROM validator.custody_addresses WHERE chain = $1 AND address = $2',
        [chain, address],
      )
      return row?.custodian
    },
  }
}

/** What a transfer stands claimed for, locked; undefined where nothing has claimed it. */
export async function lockHolder(tx: Sql, transfer: TransferName): Promise<ClaimHolder['kind'] | undefined> {
  const [row] = await tx.query<{ holder: ClaimHolder['kind'] }>(
    `SELECT holder FROM validator.claims c WHERE vanished_at IS NULL AND EXISTS
       (SELECT 1 FROM json_to_recordset($1::text::json) AS r(${nameColumns}) WHERE ${sameTransfer('c')}) FOR UPDATE`,
    [rowsParameter([nameParameter(transfer)])],
  )
  return row?.holder
}

interface HolderRow {
  holder: ClaimHolder['kind']
  held_for: string | null
  event_key: string | null
  payer: string | null
}

function toHolder({ holder, held_for: ref, event_key: eventKey, payer }: HolderRow): ClaimHolder {
  if (eventKey !== null && payer !== null)
    return { kind: holder as CreditHolder['kind'], ref: ref ?? eventKey, eventKey, payer }
  return { kind: holder as OtherHolder['kind'], ref: ref ?? '' }
}
