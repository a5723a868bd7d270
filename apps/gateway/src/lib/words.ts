/** The words of the pages that more than one of them uses. Each state and each wait has one sentence. */
export const words = {
  name: 'SPECIES Marketplace',
  description: 'Buy, sell, transfer and redeem SPECIES. One signed event in, one signed receipt out.',
  sandbox: 'Sandbox: units and money here are worth nothing.',
} as const

/** What a state means to the owner of the event. */
export const stateWords: Readonly<Record<string, string>> = {
  accepted: 'Accepted and kept for good',
  classified: 'Understood',
  validated: 'Payment checked',
  matched: 'Price fixed, units found',
  funded: 'Money and units set aside',
  delivered: 'Units moved to their new owner',
  confirmed: 'New owner confirmed by the oracle',
  settled: 'Books settled',
  refused: 'Refused: everything is being given back',
  cancelled: 'Nothing was or will be delivered',
  released: 'Money and units given back',
  returned: 'Listings restored',
  waiting: 'Waiting',
  review: 'An operator looks at it; everything stays set aside',
  completed: 'Completed',
  failed: 'Failed: nothing moved',
  disputed: 'Disputed: the payment vanished from its chain',
}

export const intentWords: Readonly<Record<string, string>> = {
  BUY_TREASURY: 'Buy from the treasury',
  BUY_MARKET: 'Buy from the market',
  SELL_MARKET: 'Sell on the market',
  TRANSFER: 'Transfer',
  REDEEM: 'Redeem',
  DELIST: 'Take a listing back',
}

/** How a withdrawal stands. */
export const payoutWords: Readonly<Record<string, string>> = {
  requested: 'Asked for: the money is set aside',
  approved: 'Approved',
  sending: 'Being sent',
  sent: 'Sent; the chain has not proven it yet',
  proven: 'Proven on its chain',
  settled: 'Settled',
  cancelled: 'Cancelled: the money is free again',
  failed: 'Failed: the money is free again',
  review: 'Operators look at it; the money stays set aside',
}

/** The parties of a receipt. */
export const roleWords: Readonly<Record<string, string>> = {
  buyer: 'Buyer',
  seller: 'Seller',
  sender: 'Sender',
  receiver: 'Receiver',
  redeemer: 'Redeemer',
  owner: 'Owner',
}

/** What the event of a request is, in words: by its fields where the intent is not told yet. */
export function eventInWords(event: {
  readonly intent?: string | undefined
  readonly to?: string | undefined
  readonly delist?: string | undefined
  readonly listingId?: string | undefined
  readonly amount?: string | number | undefined
  readonly putProceeds?: unknown
}): string {
  const units = event.amount === undefined ? '' : `${String(event.amount)} `
  if (event.intent === 'DELIST' || event.delist !== undefined) return 'Take a listing back'
  if (event.intent === 'REDEEM') return `Redeem ${units}SPECIES`
  if (event.intent === 'SELL_MARKET' || (event.to === 'market' && event.putProceeds !== undefined))
    return `Sell ${units}SPECIES`
  if (event.to === 'treasury') return `Buy ${units}SPECIES from the treasury`
  if (event.to === 'market' || event.listingId !== undefined) return `Buy ${units}SPECIES from the market`
  return `Transfer ${units}SPECIES${event.to === undefined ? '' : ` to ${event.to}`}`
}
