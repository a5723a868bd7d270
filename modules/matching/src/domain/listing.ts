/** A listing as a decision sees it. */
export interface Listing {
  readonly listingId: string
  readonly seller: string
  readonly unitPriceMicro: bigint
  readonly unitsTotal: bigint
  unitsAvailable: bigint
  unitsReserved: bigint
  status: 'pending' | 'open' | 'closing' | 'closed'
  readonly createdAtMs: number
  readonly expiresAtMs: number
  /** Its seller was last seen suspended: purchases at the best price pass it over. */
  readonly withheld: boolean
}

/** Where a listing stands in the order in which listings are taken. */
export type Place = Pick<Listing, 'unitPriceMicro' | 'createdAtMs' | 'listingId'>

/** Price, then time, then id: the order in which listings are taken. */
export function byPriceAndTime(a: Place, b: Place): number {
  if (a.unitPriceMicro !== b.unitPriceMicro) return a.unitPriceMicro < b.unitPriceMicro ? -1 : 1
  if (a.createdAtMs !== b.createdAtMs) return a.createdAtMs - b.createdAtMs
  if (a.listingId === b.listingId) return 0
  return a.listingId < b.listingId ? -1 : 1
}
