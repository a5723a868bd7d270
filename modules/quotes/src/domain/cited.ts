import type { MarketplaceEvent } from '@species/contracts'

const fields = ['from', 'to', 'amount', 'listingId', 'delist', 'timeInForce', 'putProceeds', 'lapsed'] as const

/** The first field in which an event is not the purchase that was quoted; undefined where it is. */
export function differsIn(quoted: MarketplaceEvent, intent: string, event: MarketplaceEvent): string | undefined {
  if (event.intent !== undefined && event.intent !== intent) return 'intent'
  return fields.find((field) => JSON.stringify(quoted[field]) !== JSON.stringify(event[field]))
}
