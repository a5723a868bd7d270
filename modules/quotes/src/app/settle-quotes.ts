import { type ChainsVersion, type MarketplaceConfig, finalityMs, quoteIdOf } from '@species/contracts'
import { type Outgoing, about } from '@species/bus'
import type { Sql } from '@species/database'
import { lifeSuffix } from '@species/kernel'
import { type AddressRow, storeDue } from '../adapters/address-rows.ts'
import { storeCustodyDue } from '../adapters/custody-rows.ts'
import { type QuoteRow, endQuote } from '../adapters/quote-rows.ts'
import { type TransferRow, markClaimed, transfersOf } from '../adapters/transfer-rows.ts'
import { pauseMs, watchedForMs } from '../domain/pace.ts'
import type { QuotesDeps } from './deps.ts'
import { clockToleranceMs, expiryOf } from './expiry.ts'
import { keyOf } from './keys.ts'
import { lockQuotes } from './record-transfers.ts'
import { isSafe } from './verify.ts'

/** A list of transfers comes late by some blocks: so long after finality a quote is still not over. */
const listDelayMs = 60_000

/** What the ends of quotes rest on. */
export interface Around {
  readonly config: MarketplaceConfig
  readonly history: readonly ChainsVersion[]
  /** The time of the block to which the list of the address was read; undefined: never. */
  readonly readThroughMs: number | undefined
  /** The same of the address that a custodian has for a quote, by quote. */
  readonly custodyReadThroughMs: ReadonlyMap<string, number>
  readonly nowMs: number
  /** A time that is never ahead: by it an address rests, so that a wrong clock gives none to another while money still comes in. */
  readonly agedMs: number
}

/** From then on no event can be paid with what comes in. */
function overAt(quote: QuoteRow, { history, nowMs }: Around): number {
  return expiryOf(quote, history, nowMs) + clockToleranceMs
}

/** Whether a transfer is the owner's credit now. A payment is its event's, if one cites the quote; without one it waits until the price is over. */
export function isCreditNow(quote: QuoteRow, transfer: TransferRow, around: Around): boolean {
  const { decision, isFinal, claimedAtMs, chain, toAddress } = transfer
  if (!isFinal || claimedAtMs !== undefined || decision === 'operator') return false
  if (!isSafe(chain, toAddress, around.config)) return false
  if (decision === 'credit') return true
  return quote.eventKey === undefined && (quote.state !== 'open' || around.nowMs > overAt(quote, around))
}

/**
 * Credits what is credit, and ends quotes whose time is over; in the caller's transaction. `verified` are transfers that their chain has
 * just shown. Answers with the messages that follow.
 */
export async function settleQuotes(
  deps: QuotesDeps,
  tx: Sql,
  row: AddressRow,
  around: Around,
  verified: ReadonlySet<string>,
): Promise<Outgoing[]> {
  const quotes = await lockQuotes(tx, row, [])
  const transfers = await transfersOf(
    tx,
    quotes.map(({ quoteKey }) => quoteKey),
  )
  const outgoing: Outgoing[] = []
  const claimed = new Set<string>()
  for (const quote of quotes)
    for (const transfer of transfers)
      if (
        transfer.quoteKey === quote.quoteKey &&
        verified.has(keyOf(transfer)) &&
        isCreditNow(quote, transfer, around)
      ) {
        const credited = await credit(deps, tx, quote, transfer, around.nowMs)
        if (credited) claimed.add(keyOf(transfer))
        outgoing.push(...(credited ?? []))
      }
  const after = transfers.map((one) => (claimed.has(keyOf(one)) ? { ...one, claimedAtMs: around.nowMs } : one))
  // A quote ends by the list of its own address, and by what a custodian's list has shown by then.
  const ended = row.isCustody ? new Set<string>() : await endQuotes(deps, tx, quotes, after, around)
  const due = dueAt(quotes, ended, after, around)
  if (row.isCustody) await storeCustodyDue(tx, row, due)
  else await storeDue(tx, row, due)
  return outgoing
}

/** Claims a transfer for the owner of its quote. Undefined: the chain is halted, and it is tried again. */
async function credit(
  deps: QuotesDeps,
  tx: Sql,
  { quoteKey, owner, trace }: QuoteRow,
  transfer: TransferRow,
  nowMs: number,
): Promise<Outgoing[] | undefined> {
  const holder = { kind: 'quote', ref: quoteIdOf(quoteKey), eventKey: quoteKey, payer: owner } as const
  const result = await deps.claims(tx).claim(transfer, holder, { nowMs, trace })
  if (result.kind === 'halted') return undefined
  // Where another has it, as an event that cites its hash, it is decided as well.
  await markClaimed(tx, [transfer], nowMs)
  if (result.kind !== 'claimed' || !result.claim) return []
  const { claim } = result
  const key = `${claim.chain}:${claim.hash}#${claim.logIndex}${lifeSuffix(claim)}`
  return [about('payment.claimed', { trace }, { key, partitionKey: owner }, { eventKey: quoteKey, claim })]
}

/** Ends quotes for which nothing came in by the time to which the list was read, and those whose payment has become credit. */
async function endQuotes(
  deps: QuotesDeps,
  tx: Sql,
  quotes: readonly QuoteRow[],
  transfers: readonly TransferRow[],
  around: Around,
): Promise<ReadonlySet<string>> {
  const ended: string[] = []
  for (const quote of quotes) {
    if (quote.freeFromMs !== undefined || quote.state === 'paid') continue
    const own = transfers.filter(({ quoteKey }) => quoteKey === quote.quoteKey)
    const payment = own.find(({ decision }) => decision === 'payment')
    const { chain } = quote
    const finalMs = finalityMs(chain, around.config.chains[chain].confirmations)
    const readThroughMs = Math.min(
      around.readThroughMs ?? 0,
      around.custodyReadThroughMs.get(quote.quoteKey) ?? Infinity,
    )
    const isRead = readThroughMs > overAt(quote, around) + finalMs + listDelayMs
    // A payment that was seen in time keeps the units until it is the event's, or credit.
    if (payment ? payment.claimedAtMs === undefined || quote.eventKey !== undefined : !isRead) continue
    const freeFromMs = around.agedMs + (own.length > 0 ? watchedForMs : 0)
    const state = quote.state === 'cancelled' ? 'cancelled' : 'expired'
    await endQuote(tx, quote, { state, endedAtMs: around.nowMs, freeFromMs })
    ended.push(quote.quoteKey)
  }
  await deps.unitHolds(tx).release(ended)
  return new Set(ended)
}

function dueAt(
  quotes: readonly QuoteRow[],
  ended: ReadonlySet<string>,
  transfers: readonly TransferRow[],
  { nowMs, agedMs }: Around,
): number | undefined {
  const held = quotes.filter(
    ({ quoteKey, freeFromMs, state }) => freeFromMs === undefined && state !== 'paid' && !ended.has(quoteKey),
  )
  const ends = quotes.flatMap(({ quoteKey, endedAtMs }) => (ended.has(quoteKey) ? nowMs : (endedAtMs ?? [])))
  const pause = pauseMs(
    {
      heldSinceMs: held.length === 0 ? undefined : Math.max(...held.map(({ createdAtMs }) => createdAtMs)),
      isAwaited:
        transfers.some((one) => one.decision !== 'operator' && !one.isFinal) ||
        held.some(({ eventKey }) => eventKey !== undefined),
      endedAtMs: ends.length === 0 ? undefined : Math.max(...ends),
    },
    { nowMs, agedMs },
  )
  return pause === undefined ? undefined : nowMs + pause
}
