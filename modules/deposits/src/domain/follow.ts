import type { ChainTransaction, FoundTransfer, ProvenTransfer, RecheckRules } from '@species/contracts'
import { type Chain, chainFacts, usdtOf } from '@species/contracts/chains'
import { lookAgainMs, looksUntilGone, nextRecheckMs, standsStill } from '@species/contracts/recheck'
import { comparable, placeOf, toMicro } from '@species/contracts/transfers'
import { type Outcome, backOffMs } from '@species/kernel'

/** A transaction that is followed, and what is kept of it. */
export interface Followed {
  readonly chain: Chain
  readonly hash: string
  readonly status: 'listed' | 'seen' | 'final'
  readonly listedAtMs: number
  readonly finalAtMs: number | undefined
  readonly blockNumber: number | undefined
  readonly looks: number
  readonly missing: number
  readonly rechecks: number
  /** Its transfers to us that are kept and not gone. */
  readonly kept: readonly Pick<FoundTransfer, 'chain' | 'fromAddress' | 'toAddress' | 'rawValue' | 'nth'>[]
}

/** What a look came to. */
export interface Look extends Pick<Followed, 'looks' | 'missing' | 'rechecks' | 'blockNumber' | 'finalAtMs'> {
  readonly status: Followed['status'] | 'gone'
  /** When it is looked at again, Unix milliseconds; undefined: no more. */
  readonly dueAtMs: number | undefined
  /** Its transfers to us that its chain shows; kept ones that are not among them stay until `endsAbsent`. */
  readonly shown: readonly ProvenTransfer[]
  /** Kept transfers that are not shown are gone for good. */
  readonly endsAbsent: boolean
}

export interface Rules extends RecheckRules {
  /** Confirmations that a payment in that block needs. */
  readonly confirmationsAt: (blockTimeMs: number) => number
  readonly isOurs: (address: string) => boolean
}

/** Until what a list named is there to be read. */
const unread = { firstMs: 1_000, longestMs: 60_000 }
/** A list that named nothing is believed for this long. */
const unreadForMs = 1_800_000
const silence = { firstMs: 2_000, longestMs: 60_000 }
const shortestPauseMs = 2_000
const longestPauseMs = 30_000

/** What is kept of a transaction after a look at it. Only a definite absence speaks against what was seen. */
export function follow(one: Followed, outcome: Outcome<ChainTransaction>, rules: Rules, nowMs: number): Look {
  const looks = one.looks + 1
  const shown = outcome.kind === 'yes' ? transfersToUs(outcome.value, rules) : []
  const same: Look = { ...one, looks, dueAtMs: nowMs, shown, endsAbsent: false }
  const stands = one.kept.map((transfer) => standsStill(transfer, outcome))
  const isNew = shown.length > 0 && one.kept.length === 0
  if (isNew || (stands.length > 0 && stands.every((word) => word === 'stands')))
    return found(same, outcome, rules, nowMs)
  if (stands.includes('missing')) return missed(same, one.chain, rules, nowMs)
  if (outcome.kind === 'yes' && stands.length === 0) return paysNothing(same, outcome.value, rules, nowMs)
  const isAbsent = outcome.kind === 'not_yet' || outcome.kind === 'no'
  const isGone = one.status === 'listed' && isAbsent && nowMs >= one.listedAtMs + unreadForMs
  if (isGone) return { ...same, status: 'gone', dueAtMs: undefined }
  return { ...same, dueAtMs: nowMs + backOffMs(outcome.kind === 'unknown' ? silence : unread, one.looks) }
}

function found(same: Look, outcome: Outcome<ChainTransaction>, rules: Rules, nowMs: number): Look {
  if (outcome.kind !== 'yes') return same
  const transaction = outcome.value
  const { chain, blockNumber } = transaction
  const wasFinal = same.status === 'final' && same.blockNumber === blockNumber
  const needed = rules.confirmationsAt(transaction.blockTimeMs)
  if (!wasFinal && transaction.confirmations < needed)
    return {
      ...same,
      status: 'seen',
      blockNumber,
      missing: 0,
      finalAtMs: undefined,
      dueAtMs: nowMs + pauseUntil(chain, needed - transaction.confirmations),
    }
  const finalAtMs = wasFinal ? (same.finalAtMs ?? nowMs) : nowMs
  const rechecks = wasFinal ? same.rechecks + 1 : 0
  const dueAtMs = nextRecheckMs(chain, rules, finalAtMs, rechecks)
  return { ...same, status: 'final', blockNumber, missing: 0, rechecks, finalAtMs, dueAtMs }
}

/** Missing so often in a row, over twice the time to finality and half an hour at least, it is gone. */
function missed(same: Look, chain: Chain, rules: Rules, nowMs: number): Look {
  const missing = same.missing + 1
  if (missing < looksUntilGone) return { ...same, missing, dueAtMs: nowMs + lookAgainMs(chain, rules) }
  if (same.shown.length > 0) return { ...same, missing: 0, endsAbsent: true, dueAtMs: nowMs + shortestPauseMs }
  return { ...same, missing, status: 'gone', endsAbsent: true, dueAtMs: undefined }
}

/** A transaction that failed, or a list that lied: it counts as nothing once no reorganisation can change that. */
function paysNothing(same: Look, transaction: ChainTransaction, rules: Rules, nowMs: number): Look {
  const lacking = rules.confirmationsAt(transaction.blockTimeMs) - transaction.confirmations
  if (lacking <= 0) return { ...same, status: 'gone', dueAtMs: undefined }
  return { ...same, dueAtMs: nowMs + pauseUntil(transaction.chain, lacking) }
}

function pauseUntil(chain: Chain, confirmationsLacking: number): number {
  return Math.min(Math.max(confirmationsLacking * chainFacts[chain].blockMs, shortestPauseMs), longestPauseMs)
}

/** Genuine USDT to addresses of ours. What is worth less than a millionth can be booked nowhere, and is left out. */
function transfersToUs(transaction: ChainTransaction, { isOurs }: Rules): ProvenTransfer[] {
  const { chain, hash, blockNumber, blockTimeMs, succeeded } = transaction
  if (!succeeded) return []
  return transaction.transfers.flatMap((transfer) => {
    const toAddress = comparable(chain, transfer.toAddress)
    const amountMicro = toMicro(chain, transfer.rawValue)
    if (comparable(chain, transfer.tokenAddress) !== usdtOf(chain).address) return []
    if (amountMicro === 0n || !isOurs(toAddress)) return []
    const { logIndex, rawValue } = transfer
    const fromAddress = comparable(chain, transfer.fromAddress)
    const nth = placeOf(transaction, transfer)
    return [{ chain, hash, fromAddress, toAddress, rawValue, nth, logIndex, amountMicro, blockNumber, blockTimeMs }]
  })
}
