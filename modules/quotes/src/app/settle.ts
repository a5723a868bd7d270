import {
  type Chain,
  type ChainsVersion,
  type MarketplaceConfig,
  type WalletOwner,
  comparable,
  finalityMs,
  haltedMs,
  quoteIdOf,
} from '@species/contracts'
import { type Outgoing, about } from '@species/bus'
import type { Sql } from '@species/database'
import { lifeSuffix } from '@species/kernel'
import { type AddressRow, storeLook } from '../adapters/address-rows.ts'
import { type QuoteRow, endQuote, lockQuotesAt, lockQuotesByAmount } from '../adapters/quote-rows.ts'
import {
  type TransferRow,
  forgetTransfers,
  markClaimed,
  storeTransfers,
  transfersAt,
} from '../adapters/transfer-rows.ts'
import { pauseMs, watchedForMs } from '../domain/pace.ts'
import { type Incoming, amountOf, decide } from '../domain/policy.ts'
import type { QuotesDeps } from './deps.ts'
import { type Look, type Shown, readAgainFrom } from './read-chain.ts'

/** Block times are the miners' word and may be this far off; the payer has the benefit. */
export const clockToleranceMs = 15_000
/** Quotes of an address that late money can be told to belong to. */
const quotesBack = 20

/** What a look rests on, besides the rows. */
export interface Around {
  readonly config: MarketplaceConfig
  readonly history: readonly ChainsVersion[]
  /** Who had proven the wallets that sent, by transfer. */
  readonly owners: ReadonlyMap<string, WalletOwner | undefined>
  readonly nowMs: number
}

/** The name of a transfer, as a key. */
export const keyOf = (one: Pick<Shown, 'hash' | 'fromAddress' | 'rawValue' | 'nth'>): string =>
  [one.hash, one.fromAddress, one.rawValue, one.nth].join(' ')

/**
 * Records what a look has found, decides new transfers, credits what is credit, and ends quotes whose time is over; in the caller's
 * transaction. Answers with the messages that follow.
 */
export async function settleLook(
  deps: QuotesDeps,
  tx: Sql,
  row: AddressRow,
  look: Look,
  around: Around,
): Promise<Outgoing[]> {
  const { chain, address } = row
  const amounts = look.shown.map(({ amountMicro }) => amountMicro)
  const quotes = row.isShared
    ? await lockQuotesByAmount(tx, chain, address, amounts)
    : await lockQuotesAt(tx, chain, address, quotesBack)
  const hashes = [...new Set([...look.shown.map(({ hash }) => hash), ...look.gone])]
  const before = await transfersAt(tx, chain, address, hashes)
  const gone = before.filter(({ hash, claimedAtMs }) => look.gone.includes(hash) && claimedAtMs === undefined)
  await forgetTransfers(tx, gone)
  const kept = before.filter((one) => !gone.includes(one))
  const transfers = decideAll(row, quotes, look, kept, around)
  await storeTransfers(
    tx,
    transfers.filter((one) => one.claimedAtMs === undefined),
    around.nowMs,
  )
  const outgoing = await creditAll(deps, tx, quotes, transfers, around)
  const ended = await endAll(deps, tx, quotes, [...transfers, ...kept], { look, around })
  const isOpen = transfers.some((one) => one.decision !== 'operator' && !one.isFinal)
  await storeLook(tx, row, {
    readFrom: look.isComplete ? readAgainFrom(chain, look.head.position, confirmationsOf(chain, around)) : undefined,
    dueAtMs: dueAt(quotes, ended, isOpen, around.nowMs),
  })
  return outgoing
}

/** The largest figure that was in force since a quote was made; the newest where none was. */
function confirmationsOf(chain: Chain, { config, history }: Around, sinceMs = Infinity): number {
  const figures = history
    .filter((_, index) => (history[index + 1]?.sinceMs ?? Infinity) > sinceMs)
    .map(({ chains }) => chains[chain].confirmations)
  return Math.max(config.chains[chain].confirmations, ...figures)
}

/** When a quote no longer holds its price: time in which its chain was halted does not count. */
export function expiryOf(
  { chain, createdAtMs, expiresAtMs }: QuoteRow,
  history: readonly ChainsVersion[],
  nowMs: number,
): number {
  return expiresAtMs + haltedMs(history, chain, createdAtMs, Math.max(nowMs, createdAtMs))
}

/** Every transfer with its quote and its decision; what belongs to no quote is left out. */
function decideAll(
  row: AddressRow,
  quotes: readonly QuoteRow[],
  look: Look,
  before: readonly TransferRow[],
  around: Around,
): TransferRow[] {
  const known = new Map(before.map((one) => [keyOf(one), one]))
  const paid = new Set(before.filter(({ decision }) => decision === 'payment').map(({ quoteKey }) => quoteKey))
  const inOrder = [...look.shown].sort((a, b) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex)
  return inOrder.flatMap((shown): TransferRow[] => {
    const earlier = known.get(keyOf(shown))
    const quote = earlier ? quotes.find(({ quoteKey }) => quoteKey === earlier.quoteKey) : quoteOf(row, quotes, shown)
    if (!quote) return []
    const isFinal = shown.confirmations >= confirmationsOf(row.chain, around, quote.createdAtMs)
    if (earlier) return [{ ...earlier, ...shown, isFinal }]
    const decision = decide(incomingOf(row, quotes, quote, shown, { ...around, isPaid: paid.has(quote.quoteKey) }))
    if (decision === 'payment') paid.add(quote.quoteKey)
    return [{ ...shown, quoteKey: quote.quoteKey, isFinal, decision, claimedAtMs: undefined }]
  })
}

/** At a leased address the quote that had it when the money was mined; at a shared one the quote of that amount. */
function quoteOf({ isShared }: AddressRow, quotes: readonly QuoteRow[], shown: Shown): QuoteRow | undefined {
  if (isShared)
    return quotes.find(
      (quote) => quote.amountMicro === shown.amountMicro && quote.createdAtMs <= shown.blockTimeMs + clockToleranceMs,
    )
  // Newest first.
  return quotes.find(({ createdAtMs }) => createdAtMs <= shown.blockTimeMs + clockToleranceMs)
}

const isNear = ({ createdAtMs }: QuoteRow, { blockTimeMs }: Shown): boolean =>
  Math.abs(blockTimeMs - createdAtMs) <= clockToleranceMs

function incomingOf(
  { isShared }: AddressRow,
  quotes: readonly QuoteRow[],
  quote: QuoteRow,
  shown: Shown,
  { owners, history, nowMs, isPaid }: Around & { isPaid: boolean },
): Incoming {
  const owner = owners.get(keyOf(shown))
  const earlier = quotes.filter((one) => one.createdAtMs < quote.createdAtMs && one.owner !== quote.owner)
  // Our clock and the chain's may differ: money of the moment in which an address changed hands may be either's.
  const isEarlier =
    !isShared && ((earlier.length > 0 && isNear(quote, shown)) || earlier.some((one) => one.owner === owner?.onliId))
  return {
    at: isShared ? 'shared' : 'own',
    // The list and the transaction were read for the genuine token alone.
    token: 'usdt',
    sender: isEarlier ? 'earlier_holder' : owner?.onliId === quote.owner ? 'holder' : 'unknown',
    amount: amountOf(shown.amountMicro, quote.amountMicro),
    mined: shown.blockTimeMs <= expiryOf(quote, history, nowMs) + clockToleranceMs ? 'in_time' : 'late',
    quote: quote.state === 'open' ? (isPaid ? 'paid' : 'open') : quote.state === 'paid' ? 'paid' : 'ended',
  }
}

/** Claims what is final and credit, and a payment that no event cited in time, for the owners of their quotes. */
async function creditAll(
  deps: QuotesDeps,
  tx: Sql,
  quotes: readonly QuoteRow[],
  transfers: readonly TransferRow[],
  around: Around,
): Promise<Outgoing[]> {
  const claims = deps.claims(tx)
  const outgoing: Outgoing[] = []
  for (const transfer of transfers) {
    const quote = quotes.find(({ quoteKey }) => quoteKey === transfer.quoteKey)
    if (!quote || !isCreditNow(quote, transfer, around) || !isSafe(transfer, around)) continue
    const holder = {
      kind: 'quote',
      ref: quoteIdOf(quote.quoteKey),
      eventKey: quote.quoteKey,
      payer: quote.owner,
    } as const
    const result = await claims.claim(transfer, holder, { nowMs: around.nowMs, trace: quote.trace })
    if (result.kind === 'halted') continue
    await markClaimed(tx, [transfer], around.nowMs)
    if (result.kind === 'claimed' && result.claim) {
      const { claim } = result
      const key = `${claim.chain}:${claim.hash}#${claim.logIndex}${lifeSuffix(claim)}`
      const subject = { key, partitionKey: claim.payer }
      outgoing.push(about('payment.claimed', { trace: quote.trace }, subject, { eventKey: quote.quoteKey, claim }))
    }
  }
  return outgoing
}

function isCreditNow(quote: QuoteRow, { decision, isFinal, claimedAtMs }: TransferRow, around: Around): boolean {
  if (!isFinal || claimedAtMs !== undefined || decision === 'operator') return false
  if (decision === 'credit') return true
  // A payment is its event's, if one cites the quote. Without one it waits until the price does not hold any more.
  return quote.eventKey === undefined && (quote.state !== 'open' || around.nowMs > overAt(quote, around))
}

/** Money on a chain that was closed, or at an address whose keys others may have, is an operator's to decide. */
function isSafe({ chain, toAddress }: TransferRow, { config }: Around): boolean {
  const { enabled, compromisedAddresses } = config.chains[chain]
  return enabled && !compromisedAddresses.some((one) => comparable(chain, one) === comparable(chain, toAddress))
}

/** From then on no event can be paid with what comes in. */
function overAt(quote: QuoteRow, { history, nowMs }: Around): number {
  return expiryOf(quote, history, nowMs) + clockToleranceMs
}

/** Ends quotes that nothing came in for by the time to which the chain is read, and frees what they held. */
async function endAll(
  deps: QuotesDeps,
  tx: Sql,
  quotes: readonly QuoteRow[],
  transfers: readonly TransferRow[],
  { look, around }: { readonly look: Look; readonly around: Around },
): Promise<ReadonlyMap<string, number>> {
  const ended = new Map<string, number>()
  const release: string[] = []
  const { nowMs } = around
  for (const quote of quotes) {
    if (quote.freeFromMs !== undefined || quote.state === 'paid') continue
    const own = transfers.filter(({ quoteKey }) => quoteKey === quote.quoteKey)
    const payment = own.find(({ decision }) => decision === 'payment')
    const readPastMs =
      overAt(quote, around) + finalityMs(quote.chain, confirmationsOf(quote.chain, around, quote.createdAtMs))
    const isRead = look.isComplete && look.head.blockTimeMs > readPastMs
    // One that keeps its units is final soon, and then an event's or credit.
    if (payment && (quote.eventKey !== undefined || !payment.isFinal || nowMs <= overAt(quote, around))) continue
    if (!payment && !isRead) continue
    const state = quote.state === 'cancelled' ? 'cancelled' : 'expired'
    const freeFromMs = own.length > 0 ? nowMs + watchedForMs : nowMs
    release.push(quote.quoteKey)
    ended.set(quote.quoteKey, nowMs)
    await endQuote(tx, quote, { state, endedAtMs: nowMs, freeFromMs })
  }
  await deps.unitHolds(tx).release(release)
  return ended
}

function dueAt(
  quotes: readonly QuoteRow[],
  ended: ReadonlyMap<string, number>,
  hasOpen: boolean,
  nowMs: number,
): number | undefined {
  const held = quotes.filter(
    ({ quoteKey, freeFromMs, state }) => freeFromMs === undefined && state !== 'paid' && !ended.has(quoteKey),
  )
  const ends = quotes.flatMap(({ quoteKey, endedAtMs }) => ended.get(quoteKey) ?? endedAtMs ?? [])
  const pause = pauseMs(
    {
      heldSinceMs: held.length === 0 ? undefined : Math.max(...held.map(({ createdAtMs }) => createdAtMs)),
      isAwaited: hasOpen || held.some(({ eventKey }) => eventKey !== undefined),
      endedAtMs: ends.length === 0 ? undefined : Math.max(...ends),
    },
    nowMs,
  )
  return pause === undefined ? undefined : nowMs + pause
}
