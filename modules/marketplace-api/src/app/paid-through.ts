import { type MarketplaceEvent, type QuotesPort, custodyProof } from '@species/contracts'

/**
 * An event that names a payment through a custodian cites the quote for which that payment is. Undefined where its owner has no such
 * payment; any other event stays as it is.
 */
export async function citingQuote(
  quotes: Pick<QuotesPort, 'paidThrough'>,
  event: MarketplaceEvent,
): Promise<MarketplaceEvent | undefined> {
  const { payWith } = event
  const paymentId = payWith?.quote === undefined ? custodyProof.exec(payWith?.proof ?? '')?.[1] : undefined
  if (payWith === undefined || paymentId === undefined) return event
  const quote = await quotes.paidThrough(paymentId, event.from)
  const { source, currency } = payWith
  return quote === undefined ? undefined : { ...event, payWith: { source, currency, quote } }
}
