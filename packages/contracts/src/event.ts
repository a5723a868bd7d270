import { isReservedName, parseUsdt } from '@species/kernel'
import { z } from 'zod'
import { chains } from './chains.ts'
import { intents } from './intents.ts'
import { quoteIdSchema } from './quote-id.ts'

/** Event ids, onli ids and listing ids: what a caller may name things. */
export const eventIdSchema = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, 'must be 8 to 64 characters of A-Z a-z 0-9 _ -')
export const onliIdSchema = z.string().regex(/^[A-Za-z0-9_-]{3,64}$/, 'must be 3 to 64 characters of A-Z a-z 0-9 _ -')
export const userIdSchema = onliIdSchema.refine((id) => !isReservedName(id), 'is a reserved name')
export const listingIdSchema = z
  .string()
  .regex(/^lst_[0-9a-f]{32}$/, 'must be a listing id: lst_ and 32 hexadecimal digits')

export const chainSchema = z.enum(chains)

export const intentSchema = z.enum(intents)

/** SPECIES on the wire: a JSON integer up to 2^53 − 1, or a string of digits with the same bound. Never zero. */
export const wireUnitsSchema = z
  .union([z.number().int().positive().max(Number.MAX_SAFE_INTEGER), z.string().regex(/^[1-9]\d{0,15}$/)], {
    error: 'must be a positive whole number, or a string of digits without a leading zero',
  })
  // This runs on text that the pattern refused as well: BigInt would throw there. Rounding is no matter: 2^53 is exact.
  .refine((amount) => Number(amount) <= Number.MAX_SAFE_INTEGER, 'must not exceed 9007199254740991')

/** USDT on the wire: a decimal string with at most six places. */
export const wireUsdtSchema = z
  .string()
  .refine((text) => parseUsdt(text).ok, 'must be a decimal string such as "12.5", with at most six decimal places')

/** A time as a caller writes it, with its offset: one that every clock and every table here can hold. */
export const instantSchema = z.iso.datetime({ offset: true }).refine((text) => {
  const ms = Date.parse(text)
  return ms >= 0 && ms <= Date.UTC(9999, 11, 31, 23, 59, 59, 999)
}, 'must be a time between 1970 and 9999 (UTC)')

const proofSchema = z.string().regex(/^[A-Za-z0-9_]{1,80}$/, 'must be a transaction hash')

export const payWithSchema = z
  .strictObject({
    source: z.enum(['chain', 'credit']).default('chain'),
    /** With `source` `credit`: what is payable to the buyer pays too, before their credit or after it. */
    payable: z.enum(['first', 'last']).optional(),
    currency: z.literal('USDT').default('USDT'),
    chain: chainSchema.optional(),
    proof: proofSchema.optional(),
    logIndex: z.number().int().min(0).max(100_000).optional(),
    maxUnitPrice: wireUsdtSchema.optional(),
    /** The quote whose price, chain and address this payment has; no hash is needed with it. */
    quote: quoteIdSchema.optional(),
  })
  .superRefine((pay, context) => {
    if (pay.quote !== undefined) {
      const { source, chain, proof, logIndex, maxUnitPrice, payable } = pay
      if (source === 'credit' || [chain, proof, logIndex, maxUnitPrice, payable].some((one) => one !== undefined))
        context.addIssue({
          code: 'custom',
          message: 'a quote has its chain and price, and its payment is found: leave everything else out',
          path: ['quote'],
        })
      return
    }
    if (pay.source === 'chain' && pay.payable !== undefined)
      context.addIssue({
        code: 'custom',
        message: 'proceeds pay beside credit: `source` is then `credit`',
        path: ['payable'],
      })
    if (pay.source === 'chain' && (pay.chain === undefined || pay.proof === undefined)) {
      context.addIssue({
        code: 'custom',
        message: 'a payment on chain needs `chain` and `proof`, or a `quote`',
        path: ['proof'],
      })
    }
    if (pay.source === 'credit' && (pay.chain !== undefined || pay.proof !== undefined || pay.logIndex !== undefined)) {
      context.addIssue({
        code: 'custom',
        message: 'a payment from credit names no chain and no proof',
        path: ['source'],
      })
    }
  })

export const putProceedsSchema = z.strictObject({
  currency: z.literal('USDT').default('USDT'),
  unitPrice: wireUsdtSchema.refine((text) => /[1-9]/.test(text), 'must not be zero').optional(),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
  usdtAddress: z
    .string()
    .regex(/^[A-Za-z0-9]{20,64}$/, 'must be an address')
    .optional(),
  chain: chainSchema.optional(),
})

/** The signed command of a caller, as it comes over the wire. Unknown fields are refused. */
export const wireEventSchema = z.strictObject({
  eventId: eventIdSchema,
  intent: intentSchema.optional(),
  from: userIdSchema,
  to: onliIdSchema.optional(),
  amount: wireUnitsSchema.optional(),
  listingId: listingIdSchema.optional(),
  delist: listingIdSchema.optional(),
  timeInForce: z.enum(['FOK', 'IOC']).optional(),
  payWith: payWithSchema.optional(),
  putProceeds: putProceedsSchema.extend({ expiresAt: instantSchema.optional() }).optional(),
})
export type WireEvent = z.infer<typeof wireEventSchema>

/** The event as the marketplace keeps it: amounts as strings of digits, defaults filled in. */
export const normalisedEventSchema = wireEventSchema.extend({
  amount: z
    .string()
    .regex(/^[1-9]\d*$/)
    .optional(),
  from: onliIdSchema,
  /** Events that were accepted before times were bounded stay readable. */
  putProceeds: putProceedsSchema.optional(),
  /** Set on events the marketplace mints itself when a listing's time is over. */
  lapsed: z.literal(true).optional(),
})
export type MarketplaceEvent = z.infer<typeof normalisedEventSchema>

export function normaliseEvent(wire: WireEvent): MarketplaceEvent {
  const { amount, ...rest } = wire
  return amount === undefined ? rest : { ...rest, amount: BigInt(amount).toString() }
}
