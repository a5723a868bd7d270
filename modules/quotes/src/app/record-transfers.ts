import type { ChainsVersion, FoundTransfer, WalletOwner } from '@species/contracts'
import { everOurs } from '@species/contracts/transfers'
import type { Sql } from '@species/database'
import type { AddressRow } from '../adapters/address-rows.ts'
import { type QuoteRow, lockQuotesAt, lockQuotesByAmount } from '../adapters/quote-rows.ts'
import { type TransferRow, forgetTransfers, storeTransfers, transfersAt } from '../adapters/transfer-rows.ts'
import { type Incoming, amountOf, decide } from '../domain/policy.ts'
import { clockToleranceMs, expiryOf } from './expiry.ts'
import { keyOf } from './keys.ts'

/** Quotes of an address that late money can be told to belong to. */
const quotesBack = 20

/** What the decisions about new transfers rest on. */
export interface Found {
  readonly transfers: readonly FoundTransfer[]
  /** Who had proven the wallets that sent when their blocks were mined, by transfer. */
  readonly owners: ReadonlyMap<string, WalletOwner | undefined>
  readonly history: readonly ChainsVersion[]
  readonly nowMs: number
}

/** Quotes that money at an address can be for, newest first; locked, so that one process at a time decides. */
export async function lockQuotes(tx: Sql, row: AddressRow, amounts: readonly bigint[]): Promise<QuoteRow[]> {
  const { chain, address, isShared } = row
  return isShared
    ? await lockQuotesByAmount(tx, chain, address, amounts)
    : await lockQuotesAt(tx, chain, address, quotesBack)
}

/** Stores what came in at an address for quotes, each transfer with its decision. What was decided before stays decided. */
export async function recordTransfers(tx: Sql, row: AddressRow, found: Found): Promise<void> {
  const { transfers, history, nowMs } = found
  const ours = everOurs(row.chain, history)
  const quotes = await lockQuotes(
    tx,
    row,
    transfers.map(({ amountMicro }) => amountMicro),
  )
  const hashes = [...new Set(transfers.map(({ hash }) => hash))]
  const known = new Map((await transfersAt(tx, row.chain, row.address, hashes)).map((one) => [keyOf(one), one]))
  const gone = transfers.filter((one) => one.status === 'gone')
  await forgetTransfers(tx, gone)
  for (const one of gone) known.delete(keyOf(one))
  const paid = new Set([...known.values()].filter(isPayment).map(({ quoteKey }) => quoteKey))
  const rows = transfers
    // A move between two wallets of ours pays no quote.
    .filter((one) => one.status !== 'gone' && !ours.has(one.fromAddress))
    .flatMap((shown): TransferRow[] => {
      const before = known.get(keyOf(shown))
      const isFinal = shown.status === 'final'
      if (before) return before.claimedAtMs === undefined ? [{ ...before, ...shown, isFinal }] : []
      const quote = quoteOf(row, quotes, shown)
      if (!quote) return []
      const decision = decide(incomingOf(row, quotes, quote, shown, { ...found, isPaid: paid.has(quote.quoteKey) }))
      if (decision === 'payment') paid.add(quote.quoteKey)
      return [{ ...shown, quoteKey: quote.quoteKey, isFinal, decision, claimedAtMs: undefined }]
    })
  await storeTransfers(tx, rows, nowMs)
}

const isPayment = ({ decision }: TransferRow): boolean => decision === 'payment'

/** At a leased address the quote that had it when the money was mined; at a shared one the quote of that amount. */
function quoteOf({ isShared }: AddressRow, quotes: readonly QuoteRow[], shown: FoundTransfer): QuoteRow | undefined {
  return quotes.find(
    ({ createdAtMs, amountMicro }) =>
      createdAtMs <= shown.blockTimeMs + clockToleranceMs && (!isShared || amountMicro === shown.amountMicro),
  )
}

function incomingOf(
  { isShared }: AddressRow,
  quotes: readonly QuoteRow[],
  quote: QuoteRow,
  shown: FoundTransfer,
  { owners, history, nowMs, isPaid }: Found & { isPaid: boolean },
): Incoming {
  const owner = owners.get(keyOf(shown))?.onliId
  const earlier = quotes.filter((one) => one.createdAtMs < quote.createdAtMs && one.owner !== quote.owner)
  // Our clock and the chain's may differ: money of the moment in which an address changed hands may be either's.
  const isAtChange = Math.abs(shown.blockTimeMs - quote.createdAtMs) <= clockToleranceMs
  const isEarlier = !isShared && earlier.some((one) => isAtChange || one.owner === owner)
  return {
    at: isShared ? 'shared' : 'own',
    // Deposits keeps transfers of the genuine token alone.
    token: 'usdt',
    sender: isEarlier ? 'earlier_holder' : owner === quote.owner ? 'holder' : 'unknown',
    amount: amountOf(shown.amountMicro, quote.amountMicro),
    mined: shown.blockTimeMs <= expiryOf(quote, history, nowMs) + clockToleranceMs ? 'in_time' : 'late',
    quote: quote.state === 'paid' || isPaid ? 'paid' : quote.state === 'open' ? 'open' : 'ended',
  }
}
