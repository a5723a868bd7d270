import type { ErrorCode } from '@species/contracts'
import { type Result, ok, refuse } from '@species/kernel'
import { hurry } from '../adapters/address-rows.ts'
import { type CustodyRow, custodyOf } from '../adapters/custody-rows.ts'
import { type QuoteRow, endQuote, findQuote, quotesOf } from '../adapters/quote-rows.ts'
import { type TransferRow, transfersOf } from '../adapters/transfer-rows.ts'
import { type Actor, mayActOn } from './agents.ts'
import type { QuotesDeps } from './deps.ts'

type Answer<T> = Promise<Result<T, { readonly code: ErrorCode; readonly detail: string }>>
/** A quote, and what came in for it. */
export interface Standing {
  readonly quote: QuoteRow
  readonly transfers: readonly TransferRow[]
  /** The event that cites it, as its owner named it. */
  readonly eventId: string | undefined
  /** The payment that a custodian takes for it. */
  readonly payment?: CustodyRow | undefined
}

type Deps = Pick<QuotesDeps, 'database' | 'marketplace'>

/** A quote of a user; another user's does not exist for them. */
export async function readQuote({ database, marketplace }: Deps, owner: string, quoteKey: string): Answer<Standing> {
  const quote = await findQuote(database, quoteKey)
  if (quote?.owner !== owner) return refuse('not_found', noSuch)
  const transfers = await transfersOf(database, [quoteKey])
  const payment = (await custodyOf(database, [quoteKey])).get(quoteKey)
  return ok({ quote, transfers, payment, eventId: (await eventIdsOf(marketplace, [quote])).get(quote.eventKey) })
}

/** Quotes of a user, newest first, after one of them; with one more than `limit` where there are more. */
export async function listQuotes(
  { database, marketplace }: Deps,
  owner: string,
  before: string | undefined,
  limit: number,
): Answer<Standing[]> {
  const last = before === undefined ? undefined : await findQuote(database, before)
  if (before !== undefined && last?.owner !== owner) return refuse('not_found', noSuch)
  const quotes = await quotesOf(database, owner, last, limit + 1)
  const transfers = Map.groupBy(
    await transfersOf(
      database,
      quotes.map(({ quoteKey }) => quoteKey),
    ),
    ({ quoteKey }) => quoteKey,
  )
  const eventIds = await eventIdsOf(marketplace, quotes)
  const payments = await custodyOf(
    database,
    quotes.map(({ quoteKey }) => quoteKey),
  )
  return ok(
    quotes.map((quote) => ({
      quote,
      transfers: transfers.get(quote.quoteKey) ?? [],
      eventId: eventIds.get(quote.eventKey),
      payment: payments.get(quote.quoteKey),
    })),
  )
}

async function eventIdsOf(
  marketplace: Deps['marketplace'],
  quotes: readonly Pick<QuoteRow, 'eventKey'>[],
): Promise<ReadonlyMap<string | undefined, string>> {
  const keys = quotes.flatMap(({ eventKey }) => eventKey ?? [])
  const events = keys.length === 0 ? [] : (await marketplace.eventsByKey(keys)).values()
  return new Map(Array.from(events, ({ eventKey, eventId }) => [eventKey, eventId]))
}

/**
 * Cancels a quote: its units are for sale again at once. Its address stays its own until the chain is read past its end, and what is
 * paid to it nevertheless is the owner's credit. The same again changes nothing. An agent cancels only what its key made.
 */
export async function cancelQuote(deps: QuotesDeps, actor: Actor, quoteKey: string): Answer<Standing> {
  const nowMs = deps.clock.now()
  return await deps.database.transaction(async (tx): Answer<Standing> => {
    const quote = await findQuote(tx, quoteKey, 'lock')
    if (!mayActOn(quote, actor)) return refuse('not_found', noSuch)
    const transfers = await transfersOf(tx, [quoteKey])
    if (quote.state === 'cancelled') return ok({ quote, transfers, eventId: undefined })
    if (quote.state !== 'open') return refuse('quote_ended', 'The quote has ended already.')
    if (quote.eventKey !== undefined || transfers.some(({ decision }) => decision === 'payment'))
      return refuse(
        'quote_cited',
        'An event cites the quote, or its payment was seen. It cannot be cancelled any more.',
      )
    await endQuote(tx, quote, { state: 'cancelled', endedAtMs: nowMs, freeFromMs: undefined })
    await deps.unitHolds(tx).release([quoteKey])
    await hurry(tx, quote.chain, [quote.address], nowMs)
    return ok({ quote: { ...quote, state: 'cancelled', endedAtMs: nowMs }, transfers, eventId: undefined })
  })
}

const noSuch = 'You have no such quote.'
