import type { WireEvent } from '@species/contracts'

const proof = `0x${'9f'.repeat(32)}`
const listingId = `lst_${'4c'.repeat(16)}`

/** One event for each that a user may ask for, as the API document shows them. */
export const eventExamples: Readonly<Record<string, WireEvent>> = {
  buyFromTreasury: {
    eventId: 'order-2026-0001',
    from: 'alice',
    to: 'treasury',
    amount: 100,
    payWith: { source: 'chain', currency: 'USDT', chain: 'ETH', proof },
  },
  buyFromMarket: {
    eventId: 'order-2026-0002',
    from: 'alice',
    to: 'market',
    amount: '25',
    timeInForce: 'IOC',
    payWith: { source: 'credit', currency: 'USDT', maxUnitPrice: '1.25' },
  },
  buyListing: {
    eventId: 'order-2026-0003',
    from: 'alice',
    listingId,
    amount: 10,
    payWith: { source: 'credit', currency: 'USDT', payable: 'first' },
  },
  sell: {
    eventId: 'order-2026-0004',
    intent: 'SELL_MARKET',
    from: 'alice',
    to: 'market',
    amount: 10,
    putProceeds: { currency: 'USDT', unitPrice: '1.1', expiresAt: '2099-12-31T23:59:59Z' },
  },
  transfer: { eventId: 'order-2026-0005', from: 'alice', to: 'bob', amount: 5 },
  redeem: { eventId: 'order-2026-0006', from: 'alice', to: 'liquidity_pool', amount: 5 },
  delist: { eventId: 'order-2026-0007', from: 'alice', delist: listingId },
}
