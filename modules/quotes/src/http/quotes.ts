import { quoteIdOf, quoteIdSchema, quoteKeyOf } from '@species/contracts'
import { type Endpoint, Problem, endpoint, json } from '@species/http'
import { Fault } from '@species/kernel'
import { z } from 'zod'
import type { QuotesDeps } from '../app/deps.ts'
import { makeQuote } from '../app/make-quote.ts'
import { cancelQuote, listQuotes, readQuote } from '../app/manage-quotes.ts'
import { notStored, quoteParams, quoteSchema, quoteView, valueOf, wantedExamples, wantedSchema } from './wire.ts'

const base = '/marketplace/v1/quotes'
const one = `${base}/{quoteId}`

/** Makes, lists, reads and cancels quotes. */
export function quoteEndpoints(deps: QuotesDeps): Endpoint[] {
  return [create(deps), list(deps), read(deps), cancel(deps)]
}

function create(deps: QuotesDeps): Endpoint {
  return endpoint(
    {
      method: 'post',
      path: base,
      operationId: 'createQuote',
      tag: 'Quotes',
      summary: 'Fix the price of a purchase',
      description:
        'Reserves the units and answers with price, fee, and where to pay how much until when. Pay, and send an event with `payWith.quote`, in any order: it needs no hash, and is honoured at this price or refused. Money without such an event, late money and what is too much is your credit.',
      access: 'trade',
      body: { schema: wantedSchema, examples: wantedExamples },
      problems: [
        'invalid_amount',
        'ambiguous_event',
        'intent_mismatch',
        'missing_field',
        'same_party',
        'chain_disabled',
        'trading_halted',
        'too_many_quotes',
        'quote_units_exceeded',
        'user_suspended',
        'unknown_party',
        'listing_not_found',
        'listing_gone',
        'listing_expired',
        'listing_too_small',
        'own_listing',
        'no_liquidity',
        'limit_exceeded',
        'agent_stopped',
        'mandate_required',
        'outside_mandate',
      ],
      responses: { 201: { description: 'The quote', schema: quoteSchema, headers: ['Location'] } },
    },
    async ({ principal, body, trace }) => {
      const wanted = { to: undefined, listingId: undefined, intent: undefined, maxUnitPrice: undefined, ...body }
      const made = await makeQuote(deps, {
        principal,
        trace,
        wanted: { ...wanted, amount: BigInt(body.amount).toString() },
      }).catch(exhausted)
      const quote = valueOf(made)
      const location = `${base}/${quoteIdOf(quote.quoteKey)}`
      return json(201, quoteView({ quote, transfers: [], eventId: undefined }, deps.sandbox), {
        ...notStored,
        location,
      })
    },
  )
}

function exhausted(error: unknown): never {
  if (error instanceof Fault && error.code === 'quotes_exhausted')
    throw new Problem('service_unavailable', error.publicMessage, { retryAfterSeconds: 60 })
  throw error
}

const listQuery = z.strictObject({
  before: quoteIdSchema.optional().describe('the last quote of the page before'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

function list(deps: QuotesDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: base,
      operationId: 'listQuotes',
      tag: 'Quotes',
      summary: 'List your quotes, newest first',
      description: 'With what came in for each. In pages.',
      access: 'read',
      query: listQuery,
      problems: ['not_found'],
      responses: {
        200: {
          description: 'A page; ask again `before` the one that `nextBefore` names, as long as it is there',
          schema: z.strictObject({ quotes: z.array(quoteSchema), nextBefore: z.string().optional() }),
        },
      },
    },
    async ({ principal, query: { before, limit } }) => {
      const key = before === undefined ? undefined : quoteKeyOf(before)
      const found = valueOf(await listQuotes(deps, principal.onliId, key, limit))
      const quotes = found.slice(0, limit).map((standing) => quoteView(standing, deps.sandbox))
      const next = found.length > limit ? quotes.at(-1)?.quoteId : undefined
      return json(200, { quotes, ...(next === undefined ? {} : { nextBefore: next }) }, notStored)
    },
  )
}

function read(deps: QuotesDeps): Endpoint {
  return endpoint(
    {
      method: 'get',
      path: one,
      operationId: 'getQuote',
      tag: 'Quotes',
      summary: 'A quote of yours',
      description: 'What was promised, how it stands, and what came in for it.',
      access: 'read',
      params: quoteParams,
      problems: ['not_found'],
      responses: { 200: { description: 'The quote', schema: quoteSchema } },
    },
    async ({ principal, params }) => {
      const found = valueOf(await readQuote(deps, principal.onliId, quoteKeyOf(params.quoteId)))
      return json(200, quoteView(found, deps.sandbox), notStored)
    },
  )
}

function cancel(deps: QuotesDeps): Endpoint {
  return endpoint(
    {
      method: 'delete',
      path: one,
      operationId: 'cancelQuote',
      tag: 'Quotes',
      summary: 'Cancel a quote',
      description:
        'Its units are for sale again at once. What is paid to its address nevertheless is your credit. A quote that an event cites, or that is paid, cannot be cancelled. An agent cancels only quotes that its own key made.',
      access: 'trade',
      whileSuspended: true,
      params: quoteParams,
      problems: ['not_found', 'quote_cited', 'quote_ended'],
      responses: { 200: { description: 'The quote, cancelled', schema: quoteSchema } },
    },
    async ({ principal, params }) => {
      const cancelled = valueOf(await cancelQuote(deps, principal, quoteKeyOf(params.quoteId)))
      return json(200, quoteView(cancelled, deps.sandbox), notStored)
    },
  )
}
