import { sellersAfter, setWithheld, withheldSellers } from '../adapters/seller-rows.ts'
import { lockBook } from '../adapters/listing-rows.ts'
import type { MatchingDeps } from './deps.ts'

const sellersPerRun = 500
/** The book is locked while rows change, so not many change at a time. */
const rowsAtATime = 500

/**
 * Keeps listings of suspended sellers out of the index that purchases read, and lets them in again: each run looks at the sellers that
 * are out, and at the next ones of all that have listings. It only spares work: a decision asks for the sellers' standing itself.
 * Returns where the next run begins.
 */
export async function withholdListings(deps: MatchingDeps, after: string): Promise<string> {
  const [out, next] = await Promise.all([
    withheldSellers(deps.database, sellersPerRun),
    sellersAfter(deps.database, after, sellersPerRun),
  ])
  const sellers = [...new Set([...out, ...next])]
  if (sellers.length > 0) {
    const standings = await deps.authenticator(deps.database).standings(sellers)
    const isActive = (seller: string): boolean => standings.get(seller)?.status === 'active'
    await setAll(deps, out.filter(isActive), false)
    await setAll(
      deps,
      sellers.filter((seller) => !isActive(seller)),
      true,
    )
  }
  return next.length < sellersPerRun ? '' : (next.at(-1) ?? '')
}

async function setAll(deps: MatchingDeps, sellers: readonly string[], withheld: boolean): Promise<void> {
  if (sellers.length === 0) return
  for (let changed = rowsAtATime; changed === rowsAtATime;)
    changed = await deps.database.transaction(async (tx) => {
      await lockBook(tx)
      return await setWithheld(tx, sellers, withheld, rowsAtATime)
    })
}
