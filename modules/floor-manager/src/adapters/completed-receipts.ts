import { type ReceiptFacts, type ReceiptPlace, receiptSchema } from '@species/contracts'
import type { Sql } from '@species/database'
import { type Asset, parseUsdt } from '@species/kernel'
import { toTimestamp } from '@species/platform'
import { decodeJwt } from 'jose'
import { z } from 'zod'

const { ledgerTransferIds, parties, price } = receiptSchema.shape
/** A part of a receipt: its other fields are not looked at. */
const factsSchema = z.object({ ledgerTransferIds, parties, price })

/** First receipts of completed events with what the ledger must have of them. One that this version cannot read is left out. */
export async function completedAfter(
  sql: Sql,
  { issuedAtMs, receiptId }: ReceiptPlace,
  limit: number,
): Promise<ReceiptFacts[]> {
  const rows = await sql.query<{ receipt_id: string; event_key: string; owner: string; jws: string; issued_at: Date }>(
    `SELECT receipt_id, event_key, owner, jws, issued_at FROM floor_manager.receipts
     WHERE (issued_at, receipt_id) > ($1::timestamptz, $2) AND revision = 1 AND state = 'completed'
     ORDER BY issued_at, receipt_id LIMIT $3`,
    [toTimestamp(issuedAtMs), receiptId, limit],
  )
  return rows.flatMap((row) => {
    const facts = factsOf(row.jws)
    return facts
      ? [
          {
            receiptId: row.receipt_id,
            eventKey: row.event_key,
            owner: row.owner,
            issuedAtMs: row.issued_at.getTime(),
            ...facts,
          },
        ]
      : []
  })
}

function factsOf(jws: string): Pick<ReceiptFacts, 'ledgerTransferIds' | 'changes' | 'feeMicro'> | undefined {
  const read = factsSchema.safeParse(decodeJwt(jws))
  if (!read.success) return undefined
  const { data } = read
  return {
    ledgerTransferIds: data.ledgerTransferIds,
    changes: data.parties.flatMap(changesOf),
    feeMicro: data.price ? micro(data.price.fee) : 0n,
  }
}

type Party = z.infer<typeof factsSchema>['parties'][number]

function changesOf({ onliId, species, usdt }: Party): ReceiptFacts['changes'][number][] {
  const change = (asset: Asset, amount: bigint): ReceiptFacts['changes'][number] => ({ onliId, asset, amount })
  return [
    ...(species ? [change('SPECIES', BigInt(species.end) - BigInt(species.start))] : []),
    ...(usdt ? [change('USDT', micro(usdt.end) - micro(usdt.start))] : []),
  ]
}

function micro(text: string): bigint {
  const parsed = parseUsdt(text)
  return parsed.ok ? parsed.value : 0n
}

/** Which of these events have a receipt. */
export async function withReceipt(sql: Sql, eventKeys: readonly string[]): Promise<Set<string>> {
  const rows = await sql.query<{ event_key: string }>(
    'SELECT event_key FROM floor_manager.receipts WHERE revision = 1 AND event_key = ANY($1::uuid[])',
    [eventKeys],
  )
  return new Set(rows.map((row) => row.event_key))
}
