import {
  type ErrorCode,
  chainSchema,
  custodians,
  custodyStatuses,
  intentSchema,
  listingIdSchema,
  onliIdSchema,
  quoteIdOf,
  quoteIdSchema,
  wireUnitsSchema,
  wireUsdtSchema,
} from '@species/contracts'
import { Problem } from '@species/http'
import { type Result, formatUsdt } from '@species/kernel'
import { toTimestamp } from '@species/platform'
import { z } from 'zod'
import type { QuoteRow } from '../adapters/quote-rows.ts'
import type { Standing } from '../app/manage-quotes.ts'
import type { CustodyRow } from '../adapters/custody-rows.ts'
import { documentOf } from '../domain/document.ts'
import { baseUnits, paymentLink } from '../domain/payment-link.ts'
import { amountOf } from '../domain/policy.ts'

const time = z.iso.datetime()
const usdt = (text: string): z.ZodString => z.string().describe(`USDT: ${text}`)

export const quoteParams = z.object({ quoteId: quoteIdSchema })

export const wantedSchema = z.strictObject({
  amount: wireUnitsSchema.describe('units of SPECIES; all of them, or there is no quote'),
  to: onliIdSchema.optional().describe('`treasury` or `market`; leave it out with `listingId`'),
  listingId: listingIdSchema.optional(),
  intent: intentSchema.optional(),
  chain: chainSchema.describe('on which you will pay'),
  maxUnitPrice: wireUsdtSchema.optional().describe('on the market: at this price a unit at most'),
})
export const wantedExamples = {
  fromTheTreasury: { to: 'treasury', amount: 100, chain: 'TRON' },
  fromTheMarket: { to: 'market', amount: 25, chain: 'ETH', maxUnitPrice: '1.25' },
} satisfies Record<string, z.input<typeof wantedSchema>>

const states = ['open', 'seen', 'paid', 'cancelled', 'expired'] as const

export const quoteSchema = z.strictObject({
  quoteId: z.string(),
  owner: z.string(),
  sandbox: z.boolean(),
  state: z.enum(states).describe('`seen`: a payment came in and is not claimed yet; `paid`: an event has the payment'),
  eventId: z.string().optional().describe('the event that cites it; send no other'),
  intent: intentSchema,
  units: z.string(),
  event: z
    .strictObject({
      from: z.string(),
      to: z.string().optional(),
      listingId: z.string().optional(),
      amount: z.string(),
      payWith: z.strictObject({ quote: z.string() }),
    })
    .describe('the event that buys this: send it with an `eventId` of your own'),
  fills: z
    .array(z.strictObject({ listingId: z.string(), units: z.string(), unitPrice: usdt('for one unit') }))
    .describe('the listings whose units are reserved'),
  unitPrice: usdt('for one unit; absent where units have different prices').optional(),
  total: usdt('the price of all units'),
  fee: usdt('the fee'),
  amount: usdt('what you pay: price and fee; at a shared address up to 0.01 more, which becomes your credit'),
  payTo: z.strictObject({
    chain: chainSchema,
    token: z.string().describe('the contract of USDT on this chain'),
    address: z.string(),
    isShared: z
      .boolean()
      .describe('true: pay exactly this amount, from a wallet that you have linked; otherwise from any wallet'),
    baseUnits: z.string().describe('the amount as the token counts'),
    link: z.string().describe('for wallets: EIP-681, or TRON’s usual form'),
  }),
  payThrough: z
    .strictObject({
      custodian: z.enum(custodians),
      paymentId: z.string().describe('names the payment, also as `payWith.proof`'),
      chain: chainSchema,
      address: z.string(),
      amount: usdt('to be paid there, once'),
      baseUnits: z.string().describe('the amount as the token counts'),
      link: z.string().describe('for wallets'),
      status: z.enum(custodyStatuses).describe('what the custodian says; the chain decides'),
      validUntil: time.describe('what comes in later waits for an operator'),
    })
    .optional()
    .describe('the payment that a custodian takes for the quote, where one was asked for'),
  configVersion: z.number().int(),
  createdAt: time,
  expiresAt: time.describe('the payment must be in a block by then'),
  signed: z.string().describe('all that was promised, signed with the key of receipts: a compact JWS'),
  payments: z
    .array(
      z.strictObject({
        hash: z.string(),
        amount: usdt('of this transfer'),
        amountIs: z
          .enum(['exact', 'short', 'excess', 'dust'])
          .describe('beside what is due; `excess` becomes credit, `dust` decides nothing'),
        minedAt: time,
        isFinal: z.boolean(),
        becomes: z
          .enum(['payment', 'credit', 'operator'])
          .describe(
            '`payment`: pays the event that cites the quote; `credit`: yours to spend; `operator`: a person decides',
          ),
        isClaimed: z.boolean(),
      }),
    )
    .describe('what came in'),
})

export function quoteView(
  { quote, transfers, eventId, payment }: Standing,
  sandbox: boolean,
): z.infer<typeof quoteSchema> {
  const document = documentOf(quote, sandbox, toTimestamp)
  const isSeen = quote.state === 'open' && transfers.some(({ decision }) => decision === 'payment')
  return {
    ...document,
    ...(eventId === undefined ? {} : { eventId }),
    intent: quote.intent,
    event: eventOf(quote),
    ...unitPriceOf(quote),
    fills: [...document.fills],
    state: isSeen ? 'seen' : quote.state,
    signed: quote.signed,
    ...(payment ? { payThrough: paymentView(payment) } : {}),
    payments: transfers.map((one) => ({
      hash: one.hash,
      amount: formatUsdt(one.amountMicro),
      amountIs: amountOf(one.amountMicro, quote.amountMicro),
      minedAt: toTimestamp(one.blockTimeMs),
      isFinal: one.isFinal,
      becomes: one.decision,
      isClaimed: one.claimedAtMs !== undefined,
    })),
  }
}

function paymentView(payment: CustodyRow): NonNullable<z.infer<typeof quoteSchema>['payThrough']> {
  const { custodian, paymentId, chain, address, amountMicro, status, validUntilMs } = payment
  return {
    custodian,
    paymentId: `npmt_${paymentId}`,
    chain,
    address,
    amount: formatUsdt(amountMicro),
    baseUnits: baseUnits(chain, amountMicro).toString(),
    link: paymentLink(chain, address, amountMicro),
    status,
    validUntil: toTimestamp(validUntilMs),
  }
}

/** The purchase that was quoted, as an event that cites it. */
function eventOf({
  quoteKey,
  purchase: { from, to, listingId, amount = '' },
}: QuoteRow): z.infer<typeof quoteSchema>['event'] {
  return {
    from,
    ...(to === undefined ? {} : { to }),
    ...(listingId === undefined ? {} : { listingId }),
    amount,
    payWith: { quote: quoteIdOf(quoteKey) },
  }
}

function unitPriceOf({ match: { fills, totalMicro, units } }: QuoteRow): { unitPrice?: string } {
  const prices = new Set(fills.map(({ unitPriceMicro }) => unitPriceMicro))
  // The treasury has one price, and no listing to name it.
  const [price = totalMicro / units] = prices
  return prices.size > 1 ? {} : { unitPrice: formatUsdt(price) }
}

/** The value, or the problem document that says why there is none. */
export function valueOf<T>(result: Result<T, { readonly code: ErrorCode; readonly detail: string }>): T {
  if (result.ok) return result.value
  const { code, detail } = result.refusal
  const again = retryAfter[code]
  throw new Problem(code, detail, again === undefined ? {} : { retryAfterSeconds: again })
}

const retryAfter: Partial<Record<ErrorCode, number>> = {
  too_many_quotes: 60,
  trading_halted: 30,
  service_unavailable: 60,
  quote_units_exceeded: 60,
}

export const notStored = { 'cache-control': 'no-store' }
