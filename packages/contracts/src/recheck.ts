import type { Outcome } from '@species/kernel'
import { type Chain, canVanish, finalityMs, usdtOf } from './chains.ts'
import { type ChainTransaction, countAlike } from './transfers.ts'

/** What the configuration says of looking again at transfers that count. */
export interface RecheckRules {
  readonly chains: Readonly<Record<Chain, { readonly confirmations: number }>>
  /** Multiples of the time to finality. */
  readonly recheckMultiples: readonly number[]
  readonly vanishedAfterMs?: number | undefined
}

/** When a claim is looked at for the `done + 1`th time; undefined: no more. */
export function nextRecheckMs(
  chain: Chain,
  config: RecheckRules,
  claimedAtMs: number,
  done: number,
): number | undefined {
  const multiple = config.recheckMultiples[done]
  if (multiple === undefined) return undefined
  return claimedAtMs + multiple * finalityMs(chain, config.chains[chain].confirmations)
}

/** So often in a row, and with no look that saw it in between, a claimed payment must be missing before it counts as gone. */
export const looksUntilGone = 5
const shortestPauseMs = 5_000
const shortestAbsenceMs = 1_800_000

/**
 * The pause between these looks: together they last twice as long as finality takes, and half an hour at least. An indexer that
 * lost its place for minutes, or a chain that takes a transaction up again, has had its time by then: fast chains are final in
 * seconds, and to take a real payment back cannot be undone.
 */
export function lookAgainMs(chain: Chain, config: RecheckRules): number {
  const absenceMs = Math.max(
    2 * finalityMs(chain, config.chains[chain].confirmations),
    config.vanishedAfterMs ?? shortestAbsenceMs,
  )
  return Math.max(shortestPauseMs, Math.ceil(absenceMs / (looksUntilGone - 1)))
}

export interface ClaimedTransfer {
  readonly chain: Chain
  readonly fromAddress: string
  readonly toAddress: string
  readonly rawValue: bigint
  readonly nth: number
}

/**
 * Whether a claimed transfer is still on its chain, at whatever log index. Only a definite absence speaks against it; no
 * answer means nothing. Where a claimed payment cannot vanish, a node that does not show it is wrong.
 */
export function standsStill(
  claim: ClaimedTransfer,
  outcome: Outcome<ChainTransaction>,
): 'stands' | 'missing' | 'unknown' {
  const absent = canVanish(claim.chain) ? 'missing' : 'unknown'
  if (outcome.kind === 'unknown') return 'unknown'
  if (outcome.kind === 'no') return absent
  if (outcome.kind === 'not_yet') return outcome.reason === 'not_found' ? absent : 'unknown'
  const transaction = outcome.value
  const alike = countAlike(transaction, { ...claim, tokenAddress: usdtOf(claim.chain).address })
  return transaction.succeeded && alike > claim.nth ? 'stands' : absent
}

/** What a look at a claim came to. */
export interface Recheck {
  /** When the claim is looked at again, Unix milliseconds; undefined: no more. */
  readonly nextMs: number | undefined
  /** How many looks have found it. */
  readonly done: number
  /** How many looks in a row have missed it. */
  readonly missing: number
  /** Set where it counts as gone for good. */
  readonly vanishedAtMs: number | undefined
}

/** What is recorded of a claim after a look; undefined where the look says nothing. */
export function recheckOf(
  claim: {
    readonly chain: Chain
    readonly claimedAtMs: number
    readonly rechecksDone: number
    readonly missing: number
  },
  found: ReturnType<typeof standsStill>,
  config: RecheckRules,
  nowMs: number,
): Recheck | undefined {
  if (found === 'unknown') return undefined
  if (found === 'stands') {
    const done = claim.rechecksDone + 1
    return {
      nextMs: nextRecheckMs(claim.chain, config, claim.claimedAtMs, done),
      done,
      missing: 0,
      vanishedAtMs: undefined,
    }
  }
  const missing = claim.missing + 1
  const isGone = missing >= looksUntilGone
  const nextMs = isGone ? undefined : nowMs + lookAgainMs(claim.chain, config)
  return { nextMs, done: claim.rechecksDone, missing, vanishedAtMs: isGone ? nowMs : undefined }
}
