import type { Sql } from '@species/database'
import type { Asset } from '@species/kernel'

export interface AccountRow {
  readonly control: string
  readonly asset: Asset
  readonly bookId: string
}

/** With what the book should show for each: micro-USDT or units, debits above zero. */
export async function readAccounts(sql: Sql): Promise<(AccountRow & { readonly debit: bigint })[]> {
  const rows = await sql.query<{ control: string; asset: Asset; book_id: string; debit: bigint }>(
    'SELECT control, asset, book_id, debit FROM mirror.accounts ORDER BY control, asset',
  )
  return rows.map(({ control, asset, book_id: bookId, debit }) => ({ control, asset, bookId, debit }))
}

export async function storeAccount(sql: Sql, { control, asset, bookId }: AccountRow): Promise<void> {
  await sql.query(
    `INSERT INTO mirror.accounts (control, asset, book_id) VALUES ($1, $2, $3)
     ON CONFLICT (control, asset) DO UPDATE SET book_id = excluded.book_id`,
    [control, asset, bookId],
  )
}
