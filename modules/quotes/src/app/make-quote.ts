import {
  type Chain,
  type ErrorCode,
  type Intent,
  type MarketplaceConfig,
  type MarketplaceEvent,
  type Match,
  type StateBodies,
  type WatchedAddress,
  comparable,
  finalityMs,
  intentFacts,
} from '@species/contracts'
import { Problem } from '@species/http'
import { Fault, type Result, assert, ok, refuse } from '@species/kernel'
import type { Sql } from '@species/database'
import { toTimestamp } from '@species/platform'
import { countLeases, leaseAddress, watchShared } from '../adapters/address-rows.ts'
import { type QuoteRow, countHeld, insertQuote } from '../adapters/quote-rows.ts'
import { documentOf, documentType } from '../domain/document.ts'
import { type Actor, agentOf } from './agents.ts'
import type { QuotesDeps } from './deps.ts'

/** What a user wants to buy, and on which chain they would pay. */
interface Wanted {
  readonly chain: Chain
  readonly amount: string
  readonly to: string | undefined
  readonly listingId: string | undefined
  readonly intent: Intent | undefined
  readonly maxUnitPrice: string | undefined
}

export interface QuoteRequest {
  readonly principal: Actor
  readonly wanted: Wanted
  readonly trace: string
}

type Answer<T> = Result<T, { readonly code: ErrorCode; readonly detail: string }>

/** Quotes of one owner that keep an address or amount without being paid, for each that they may have open. */
const heldPerOpen = 4
/** At a shared address this much is added at most, so that no two quotes have one amount; it becomes credit. 0.01 USDT. */
const maxSuffixMicro = 10_000
const suffixTries = 24
/** One owner leases at most this part of the addresses of a chain for quotes that are not paid; the first is always leased. */
const ownersPart = 100

/** Makes a quote: fixes the price, reserves the units, leases an address and signs. All of it in one transaction, or none. */
export async function makeQuote(deps: QuotesDeps, request: QuoteRequest): Promise<Answer<QuoteRow>> {
  const { principal, wanted } = request
  const { version, config } = await deps.config.current()
  const closed = closedBy(config, wanted.chain)
  if (closed) return closed
  const quoteKey = deps.ids.uuid()
  const purchase = purchaseOf(quoteKey, principal.onliId, wanted)
  const asked = { ...purchase, payWith: paymentOf(wanted) }
  const intent = deps.preview.classify(asked, deps.classifierVersion)
  if (!intent.ok) return intent
  if (intentFacts[intent.value].money?.payer !== 'user')
    return refuse('invalid_request', 'Only a purchase can be quoted: from the treasury, the market, or a listing.')
  const nowMs = deps.clock.now()
  const agedMs = await deps.retention.now()
  const agent = await agentOf(deps, principal)
  const dossier: StateBodies['validated'] = {
    eventKey: quoteKey,
    eventId: asked.eventId,
    owner: principal.onliId,
    keyId: principal.keyId,
    ...(principal.limits ? { limits: principal.limits } : {}),
    event: asked,
    configVersion: version,
    classifierVersion: deps.classifierVersion,
    deadlineMs: nowMs,
    times: { accepted: nowMs },
    intent: intent.value,
    payment: { source: 'chain', claims: [] },
  }
  return await deps.database.transaction(async (tx): Promise<Answer<QuoteRow>> => {
    const { open, held } = await countHeld(tx, principal.onliId)
    const { maxOpenPerUser } = config.quotes
    if (open >= maxOpenPerUser || held >= maxOpenPerUser * heldPerOpen)
      return refuse('too_many_quotes', tooMany(open, maxOpenPerUser))
    const match = await deps.unitHolds(tx).hold({ dossier, config })
    if (!match.ok) return match
    const matched = { ...dossier, match: match.value }
    // Thrown, so that nothing stays reserved.
    const allowed = deps.preview.withinLimits(matched, config)
    if (!allowed.ok) throw new Problem('limit_exceeded', allowed.refusal.detail)
    const within =
      agent && deps.preview.withinMandate(agent.standing, principal.onliId, nowMs, { dossier: matched, config })
    if (within?.ok === false) throw new Problem(within.refusal.code, within.refusal.detail)
    const priced = {
      ...request,
      quoteKey,
      purchase,
      intent: intent.value,
      version,
      config,
      match: match.value,
      nowMs,
      agedMs,
    }
    return ok(await placeQuote(deps, tx, priced, deps.preview.estimate(matched, config)))
  })
}

function closedBy(config: MarketplaceConfig, chain: Chain): Extract<Answer<never>, { ok: false }> | undefined {
  if (config.trading === 'off')
    return refuse('trading_halted', 'No quote is made now. Read the status and try again later.')
  const { enabled, halted } = config.chains[chain]
  if (!enabled) return refuse('chain_disabled', `Payments on ${chain} are not taken. Name another chain.`)
  return halted
    ? refuse('service_unavailable', `Payments on ${chain} are halted for now. Name another chain, or ask again later.`)
    : undefined
}

function purchaseOf(quoteKey: string, from: string, { amount, to, listingId, intent }: Wanted): MarketplaceEvent {
  return {
    eventId: `quote-${quoteKey}`,
    from,
    amount,
    ...(to === undefined ? {} : { to }),
    ...(listingId === undefined ? {} : { listingId }),
    ...(intent === undefined ? {} : { intent }),
  }
}

function paymentOf({ chain, maxUnitPrice }: Wanted): NonNullable<MarketplaceEvent['payWith']> {
  return { source: 'chain', currency: 'USDT', chain, ...(maxUnitPrice === undefined ? {} : { maxUnitPrice }) }
}

function tooMany(open: number, most: number): string {
  return open >= most
    ? `You have ${open} open quotes, and may have ${most}. Use or cancel one, or wait until one has expired.`
    : 'Too many of your quotes were not paid, and keep their addresses until the chain is read past their end. Ask again in some minutes.'
}

interface Priced extends QuoteRequest {
  readonly quoteKey: string
  readonly purchase: MarketplaceEvent
  readonly intent: Intent
  readonly version: number
  readonly config: MarketplaceConfig
  readonly match: Match
  readonly nowMs: number
  readonly agedMs: number
}

/** Finds an address, or an amount at a shared one, and stores the signed quote. Throws a retryable Fault where all are taken. */
async function placeQuote(
  deps: QuotesDeps,
  tx: Sql,
  priced: Priced,
  { totalMicro, feeMicro, dueMicro }: { totalMicro: bigint; feeMicro: bigint; dueMicro: bigint },
): Promise<QuoteRow> {
  const { principal, wanted, config, nowMs, agedMs, quoteKey, trace } = priced
  const { chain } = wanted
  const unsigned = {
    quoteKey,
    owner: principal.onliId,
    keyId: principal.keyId,
    trace,
    state: 'open' as const,
    purchase: priced.purchase,
    intent: priced.intent,
    configVersion: priced.version,
    match: priced.match,
    totalMicro,
    feeMicro,
    chain,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + config.quotes.lifeMs,
    eventKey: undefined,
    endedAtMs: undefined,
    freeFromMs: undefined,
  }
  const signed = (place: Pick<QuoteRow, 'address' | 'isShared' | 'amountMicro'>): QuoteRow => {
    const quote = { ...unsigned, ...place }
    return { ...quote, signed: deps.signer.signAs(documentType, documentOf(quote, deps.sandbox, toTimestamp)) }
  }
  const own = await ownAddress(tx, { owner: principal.onliId, chain, nowMs, agedMs }, config)
  if (own !== undefined) {
    const quote = signed({ address: own, isShared: false, amountMicro: dueMicro })
    assert(await insertQuote(tx, quote), 'a leased address has one quote')
    await deps.watch(tx, [watched(quote, config)])
    return quote
  }
  const shared = config.chains[chain].depositAddresses.map((address) => comparable(chain, address))
  for (let tries = 0; tries < suffixTries; tries++) {
    const address = shared[random(deps, shared.length)]
    if (address === undefined) break
    const amountMicro = dueMicro + BigInt(1 + random(deps, maxSuffixMicro))
    const quote = signed({ address, isShared: true, amountMicro })
    if (!(await insertQuote(tx, quote))) continue
    await watchShared(tx, chain, address, nowMs)
    await deps.watch(tx, [watched(quote, config)])
    return quote
  }
  throw new Fault('quotes_exhausted', {
    retryable: true,
    publicMessage: 'Every address and amount for quotes is taken. Ask again later, or buy without a quote.',
  })
}

/** Its list is read quickly until the quote is over: to find the payment, and to know that there is none. */
function watched({ chain, address, expiresAtMs }: QuoteRow, config: MarketplaceConfig): WatchedAddress {
  const quickUntilMs = expiresAtMs + 2 * finalityMs(chain, config.chains[chain].confirmations) + 600_000
  return { chain, address, quickUntilMs }
}

async function ownAddress(
  tx: Sql,
  lease: { owner: string; chain: Chain; nowMs: number; agedMs: number },
  config: MarketplaceConfig,
): Promise<string | undefined> {
  const { quoteAddresses, compromisedAddresses } = config.chains[lease.chain]
  const unsafe = new Set(compromisedAddresses.map((address) => comparable(lease.chain, address)))
  const pool = quoteAddresses.map((address) => comparable(lease.chain, address)).filter((one) => !unsafe.has(one))
  if (pool.length === 0) return undefined
  const most = Math.max(1, Math.floor(pool.length / ownersPart))
  if ((await countLeases(tx, lease.owner, lease.chain)) >= most) return undefined
  return await leaseAddress(tx, lease, pool)
}

/** A whole number from 0 and below `below`, which is small. */
function random({ ids }: QuotesDeps, below: number): number {
  return Number(Buffer.from(ids.bytes(8)).readBigUInt64BE() % BigInt(below || 1))
}
