import {
  type CustodianPort,
  type CustodyPayment,
  type ErrorCode,
  type MarketplaceConfig,
  comparable,
  finalityMs,
  quoteIdOf,
} from '@species/contracts'
import { type Result, assert, ok, refuse } from '@species/kernel'
import type { Sql } from '@species/database'
import { type CustodyRow, custodyOf, insertCustody } from '../adapters/custody-rows.ts'
import { type QuoteRow, findQuote } from '../adapters/quote-rows.ts'
import { type Actor, agentOf, mayActOn } from './agents.ts'
import type { QuotesDeps } from './deps.ts'

type Answer<T> = Promise<Result<T, { readonly code: ErrorCode; readonly detail: string }>>

/** A payment that is made so shortly before the end of its quote would come late. */
const leastLeftMs = 60_000

interface Asked {
  /** An agent pays only what its key made. */
  readonly actor: Actor
  readonly quoteKey: string
}

/**
 * Has a custodian take the payment of a quote: it gives an address that is for this payment alone. Once there is one, the same again
 * answers with it. Nothing is stored before the custodian has answered; no one knows the address of a payment whose answer was lost.
 */
export async function payThrough(deps: QuotesDeps, custodian: CustodianPort, asked: Asked): Answer<CustodyRow> {
  const payable = await payableQuote(deps, deps.database, asked, 'read')
  if (!payable.ok) return payable
  const { quote, payment } = payable.value
  if (payment) return ok(payment)
  const { actor } = asked
  const agent = await agentOf(deps, actor)
  const within = agent && deps.preview.withinMandate(agent.standing, actor.onliId, deps.clock.now())
  if (within?.ok === false) return within
  const { chain, amountMicro } = quote
  const request = { orderId: quoteIdOf(asked.quoteKey), chain, amountMicro }
  const made = await custodian.create(request, actor.onliId)
  if (made.kind === 'no') return refuse('invalid_request', made.refusal.detail)
  if (made.kind !== 'yes') return later
  const { config } = await deps.config.current()
  if (!isAsAsked(made.value, request) || isKnown(made.value, quote, config)) {
    deps.log.error({ custodian: custodian.custodian, made: made.value }, 'a payment was not made as it was asked for')
    return later
  }
  return await deps.database.transaction(async (tx) => {
    const still = await payableQuote(deps, tx, asked, 'lock')
    if (!still.ok) return still
    // Another request was faster: its payment is the one that the owner knows.
    if (still.value.payment) return ok(still.value.payment)
    const kept = await keep(deps, tx, { quote, made: made.value, custodian, config })
    return kept ? ok(kept) : later
  })
}

const later = refuse(
  'service_unavailable',
  'The payment could not be made at the partner. Ask again in a moment, or pay to the address of the quote.',
)

/** A quote that can still be paid in time, with its payment where it has one. */
async function payableQuote(
  { clock }: Pick<QuotesDeps, 'clock'>,
  sql: Sql,
  { actor, quoteKey }: Asked,
  lock: 'lock' | 'read',
): Answer<{ quote: QuoteRow; payment: CustodyRow | undefined }> {
  const quote = await findQuote(sql, quoteKey, lock)
  if (!mayActOn(quote, actor)) return refuse('not_found', 'You have no such quote.')
  const payment = (await custodyOf(sql, [quoteKey])).get(quoteKey)
  if (payment) return ok({ quote, payment })
  return quote.state === 'open' && quote.expiresAtMs - clock.now() > leastLeftMs
    ? ok({ quote, payment })
    : refuse('quote_ended', 'The quote has ended, or ends within a minute. Ask for a new one.')
}

function isAsAsked(made: CustodyPayment, asked: { orderId: string; chain: string; amountMicro: bigint }): boolean {
  return made.orderId === asked.orderId && made.chain === asked.chain && made.amountMicro === asked.amountMicro
}

/** An address that is something else already, ours or another’s, is no address of a custodian. */
function isKnown({ payAddress }: CustodyPayment, { chain, address }: QuoteRow, { chains }: MarketplaceConfig): boolean {
  const { depositAddresses, quoteAddresses, ourWallets, compromisedAddresses, deniedAddresses } = chains[chain]
  const known = [
    address,
    ...depositAddresses,
    ...quoteAddresses,
    ...ourWallets,
    ...compromisedAddresses,
    ...deniedAddresses,
  ]
  return known.some((one) => comparable(chain, one) === payAddress)
}

/** Stores the payment, and has its address watched; undefined where the address or the payment is another quote's. */
async function keep(
  deps: QuotesDeps,
  tx: Sql,
  given: { quote: QuoteRow; made: CustodyPayment; custodian: CustodianPort; config: MarketplaceConfig },
): Promise<CustodyRow | undefined> {
  const { quote, made, config } = given
  const { custodian } = given.custodian
  const { chain, quoteKey, amountMicro, expiresAtMs } = quote
  const row: CustodyRow = {
    custodian,
    paymentId: made.paymentId,
    quoteKey,
    chain,
    address: made.payAddress,
    amountMicro,
    status: made.status,
    createdAtMs: deps.clock.now(),
    validUntilMs: Math.max(made.validUntilMs ?? 0, expiresAtMs),
  }
  if (!(await insertCustody(tx, row))) return undefined
  const { address } = row
  // What comes in there is never ours to spend: it is booked from the custodian's account.
  assert(await deps.claims(tx).keepCustody(chain, address, custodian), 'an address of a custodian has one payment')
  const quickUntilMs = expiresAtMs + 2 * finalityMs(chain, config.chains[chain].confirmations) + 600_000
  await deps.watch(tx, [{ chain, address, quickUntilMs }])
  return row
}
