import {
  type ChainHistory,
  type QuotePayment,
  type QuoteTerms,
  type QuotesPort,
  quoteIdOf,
  quoteKeyOf,
} from '@species/contracts'
import { assert, ok, refuse } from '@species/kernel'
import type { Sql } from '@species/database'
import type { Clock } from '@species/platform'
import { hurry } from '../adapters/address-rows.ts'
import { custodyOf, findCustody, hurryCustody } from '../adapters/custody-rows.ts'
import { type QuoteRow, citeQuote, endQuote, findQuote } from '../adapters/quote-rows.ts'
import { markClaimed, transfersOf } from '../adapters/transfer-rows.ts'
import { differsIn } from '../domain/cited.ts'
import { watchedForMs } from '../domain/pace.ts'
import type { QuotesDeps } from './deps.ts'
import { expiryOf } from './expiry.ts'

type Deps = Pick<QuotesDeps, 'unitHolds'> & { readonly clock: Clock; readonly config: ChainHistory }

/** The port by which other modules work on quotes that events cite. */
export function createQuotesPort(deps: Deps): (tx: Sql) => QuotesPort {
  return (tx) => ({
    async terms(quoteId, owner) {
      const quote = await findQuote(tx, quoteKeyOf(quoteId))
      return quote?.owner === owner ? termsOf(quote) : undefined
    },
    async cite({ eventKey, owner, event }) {
      const quoteKey = quoteKeyOf(event.payWith?.quote ?? '')
      const quote = await findQuote(tx, quoteKey, 'lock')
      if (quote?.owner !== owner) return refuse('quote_ended', 'You have no such quote.')
      if (quote.eventKey === eventKey) return ok(termsOf(quote))
      if (quote.eventKey !== undefined)
        return refuse('quote_cited', 'Another event of yours has cited the quote. A quote is for one event.')
      const field = differsIn(quote.purchase, quote.intent, event)
      if (field !== undefined)
        return refuse(
          'quote_mismatch',
          `The event differs from what was quoted in \`${field}\`. The quote is untouched: send a new event that says the same.`,
        )
      if (quote.state !== 'open')
        return refuse('quote_ended', 'The quote was cancelled, or has expired. What was paid for it is your credit.')
      await citeQuote(tx, quoteKey, eventKey)
      await deps.unitHolds(tx).bind(quoteKey, eventKey)
      await hurry(tx, quote.chain, [quote.address], deps.clock.now())
      const payment = (await custodyOf(tx, [quoteKey])).get(quoteKey)
      if (payment) await hurryCustody(tx, quote.chain, [payment.address], deps.clock.now())
      return ok(termsOf(quote))
    },
    async paidThrough(paymentId, owner) {
      const payment = await findCustody(tx, 'nowpayments', [paymentId])
      const quote = payment && (await findQuote(tx, payment.quoteKey))
      return quote?.owner === owner ? quoteIdOf(quote.quoteKey) : undefined
    },
    payment: (quoteId) => paymentOf(deps, tx, quoteKeyOf(quoteId)),
    end: (quoteId, isPaid) => end(deps, tx, quoteKeyOf(quoteId), isPaid),
  })
}

function termsOf({ quoteKey, owner, configVersion, chain, match }: QuoteRow): QuoteTerms {
  return { quoteKey, owner, configVersion, chain, match }
}

async function paymentOf({ config, clock }: Deps, sql: Sql, quoteKey: string): Promise<QuotePayment> {
  const quote = await findQuote(sql, quoteKey)
  assert(quote !== undefined, 'a quote that is cited is there')
  const { address, isShared, chain, state } = quote
  if (state !== 'open') return { kind: 'over', chain }
  const transfer = (await transfersOf(sql, [quoteKey])).find(({ decision }) => decision === 'payment')
  if (!transfer) return { kind: 'none', chain }
  // What came in at a custodian's address is the quote's by that address.
  const isElsewhere = transfer.toAddress !== address
  return {
    kind: 'seen',
    chain,
    transfer,
    address: transfer.toAddress,
    isShared: isShared && !isElsewhere,
    untilMs: expiryOf(quote, await config.chainHistory(), clock.now()),
  }
}

async function end({ clock }: Deps, tx: Sql, quoteKey: string, isPaid: boolean): Promise<void> {
  const quote = await findQuote(tx, quoteKey, 'lock')
  if (quote?.state !== 'open') return
  const nowMs = clock.now()
  const transfers = await transfersOf(tx, [quoteKey])
  const payment = transfers.filter(({ decision }) => decision === 'payment')
  await markClaimed(tx, payment, nowMs)
  await endQuote(tx, quote, {
    state: isPaid ? 'paid' : 'expired',
    endedAtMs: nowMs,
    freeFromMs: nowMs + watchedForMs,
  })
}
