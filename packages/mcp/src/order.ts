import type { NewEvent } from '@species/sdk'
import { z } from 'zod'
import { WrongCall } from './results.ts'

const name = z.string().regex(/^[A-Za-z0-9_-]{3,64}$/)
const price = z
  .string()
  .regex(/^\d{1,12}(\.\d{1,6})?$/)
  .describe('USDT for one unit, as text such as "1.25"')

export const listingId = z
  .string()
  .regex(/^lst_[0-9a-f]{32}$/)
  .describe('as `listings` shows it')

/** What is asked for. It says all that an event needs but its owner and its id. */
export const orderSchema = z.strictObject({
  action: z.enum(['buy', 'sell', 'transfer', 'redeem']),
  units: z.int().positive().max(Number.MAX_SAFE_INTEGER).describe('whole units of SPECIES'),
  source: z
    .enum(['treasury', 'market'])
    .optional()
    .describe('for buy: from whom; default treasury, or market with a listingId'),
  listingId: listingId.optional().describe('for buy: from this listing only'),
  maxUnitPrice: price.optional().describe('for buy: refuse to pay more than this for one unit'),
  payment: z
    .strictObject({
      chain: z.enum(['ETH', 'BSC', 'POLYGON', 'TRON']),
      transactionHash: z.string().regex(/^[A-Za-z0-9_]{1,80}$/),
    })
    .optional()
    .describe('for buy: a USDT payment that was made from a proven wallet; left out, the credit pays'),
  unitPrice: price.optional().describe('for sell: the asking price'),
  to: name.optional().describe('for transfer: the receiver'),
})
export type Order = z.infer<typeof orderSchema>

/** One effect for one key: it is the id of the event, which the marketplace accepts once for each user. */
export const idempotencyKey = z
  .string()
  .regex(/^[A-Za-z0-9_-]{8,64}$/)
  .describe(
    'Make a new random one for each thing you want done (a UUID). Use the same one for every repetition of the same call: it happens once.',
  )

/** The event of an order, with its intent named, so that a mistake is refused and not read as something else. */
export function eventOf(order: Order, from: string, eventId: string): NewEvent {
  const { action, units: amount, payment } = order
  refuseUnused(order)
  const base = { eventId, from, amount }
  switch (action) {
    case 'buy': {
      const { maxUnitPrice } = order
      const paid = payment
        ? { source: 'chain' as const, chain: payment.chain, proof: payment.transactionHash }
        : { source: 'credit' as const }
      const payWith = { ...paid, ...(maxUnitPrice === undefined ? {} : { maxUnitPrice }) }
      if (order.listingId !== undefined) return { ...base, intent: 'BUY_MARKET', listingId: order.listingId, payWith }
      const source = order.source ?? 'treasury'
      return { ...base, intent: source === 'market' ? 'BUY_MARKET' : 'BUY_TREASURY', to: source, payWith }
    }
    case 'sell':
      if (order.unitPrice === undefined) throw new WrongCall('A sale needs `unitPrice`.')
      return { ...base, intent: 'SELL_MARKET', to: 'market', putProceeds: { unitPrice: order.unitPrice } }
    case 'transfer':
      if (order.to === undefined) throw new WrongCall('A transfer needs `to`.')
      return { ...base, intent: 'TRANSFER', to: order.to }
    case 'redeem':
      return { ...base, intent: 'REDEEM', to: 'liquidity_pool' }
  }
}

const own: Readonly<Record<Order['action'], readonly (keyof Order)[]>> = {
  buy: ['source', 'listingId', 'maxUnitPrice', 'payment'],
  sell: ['unitPrice'],
  transfer: ['to'],
  redeem: [],
}

/** A field that the action does not use would be a wish that is not met. */
function refuseUnused(order: Order): void {
  const usable = new Set<string>(['action', 'units', ...own[order.action]])
  const unused = Object.entries(order).filter(([field, value]) => value !== undefined && !usable.has(field))
  if (unused.length > 0)
    throw new WrongCall(`${order.action} does not use ${unused.map(([field]) => `\`${field}\``).join(', ')}.`)
  if (order.action === 'buy' && order.source === 'treasury' && order.listingId !== undefined)
    throw new WrongCall('A listing is bought from the market: leave `source` out.')
}
