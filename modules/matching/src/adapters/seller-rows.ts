import type { Sql } from '@species/database'

/** No seller may have more listings than this, so counting goes no further. */
const mostListings = 10_001

/** How many listings each of these sellers has that are not closed. The book must be locked. */
export async function countListings(tx: Sql, sellers: readonly string[]): Promise<Map<string, number>> {
  if (sellers.length === 0) return new Map()
  const rows = await tx.query<{ seller: string; listings: number }>(
    `SELECT s.seller, (SELECT count(*) FROM (SELECT 1 FROM matching.listings l
       WHERE l.seller = s.seller AND l.status IN ('pending', 'open', 'closing') LIMIT $2) AS counted)::int AS listings
     FROM unnest($1::text[]) AS s(seller)`,
    [sellers, mostListings],
  )
  return new Map(rows.map((row) => [row.seller, row.listings]))
}

/** Sellers with listings that are not closed, by name after this one: each costs one look into the index, however many it has. */
export async function sellersAfter(sql: Sql, after: string, limit: number): Promise<string[]> {
  const next = `SELECT seller FROM matching.listings WHERE status IN ('pending', 'open', 'closing') AND seller >`
  const rows = await sql.query<{ seller: string }>(
    `WITH RECURSIVE sellers AS (
       (${next} $1 ORDER BY seller LIMIT 1)
       UNION ALL SELECT (${next} sellers.seller ORDER BY seller LIMIT 1) FROM sellers WHERE sellers.seller IS NOT NULL
     ) SELECT seller FROM sellers WHERE seller IS NOT NULL LIMIT $2`,
    [after, limit],
  )
  return rows.map((row) => row.seller)
}

/** Sellers whose listings are withheld. */
export async function withheldSellers(sql: Sql, limit: number): Promise<string[]> {
  const next = `SELECT seller FROM matching.listings WHERE withheld AND status = 'open'`
  const rows = await sql.query<{ seller: string }>(
    `WITH RECURSIVE sellers AS (
       (${next} ORDER BY seller LIMIT 1)
       UNION ALL SELECT (${next} AND seller > sellers.seller ORDER BY seller LIMIT 1) FROM sellers WHERE sellers.seller IS NOT NULL
     ) SELECT seller FROM sellers WHERE seller IS NOT NULL LIMIT $1`,
    [limit],
  )
  return rows.map((row) => row.seller)
}

/** Withholds open listings of these sellers from purchases at the best price, or no longer. Returns how many changed. */
export async function setWithheld(
  tx: Sql,
  sellers: readonly string[],
  withheld: boolean,
  limit: number,
): Promise<number> {
  const changed = await tx.query(
    `UPDATE matching.listings SET withheld = $2 WHERE listing_id IN (
       SELECT listing_id FROM matching.listings
       WHERE seller = ANY($1::text[]) AND status IN ('pending', 'open', 'closing') AND status = 'open' AND withheld <> $2 LIMIT $3)
     RETURNING listing_id`,
    [sellers, withheld, limit],
  )
  return changed.length
}
