import type { LedgerTransfer } from '@species/contracts'
import { type Asset, assert, assetScale } from '@species/kernel'
import { controlOf } from './chart.ts'

/** An amount that leaves one control account and comes into another; above zero. */
export interface Pair {
  readonly externalId: string
  readonly source: string
  readonly destination: string
  readonly asset: Asset
  readonly amount: bigint
}

const assets = Object.keys(assetScale) as readonly Asset[]

/**
 * A transfer of the ledger as pairs of control accounts, in an order that is always the same. What moves inside a control account, as
 * from one user to another, is no pair: the users' own accounts are in the ledger alone.
 */
export function pairsOf(transfer: Pick<LedgerTransfer, 'transferId' | 'entries'>): Pair[] {
  return assets
    .flatMap((asset) => pairsOfAsset(transfer, asset))
    .map((pair, index) => ({ ...pair, externalId: `${transfer.transferId}:${String(index + 1)}` }))
}

function pairsOfAsset({ entries }: Pick<LedgerTransfer, 'entries'>, asset: Asset): Omit<Pair, 'externalId'>[] {
  const sums = new Map<string, bigint>()
  for (const entry of entries) {
    if (entry.asset !== asset) continue
    const control = controlOf(entry.account)
    sums.set(control, (sums.get(control) ?? 0n) + entry.amount)
  }
  const sorted = [...sums].sort(([left], [right]) => (left < right ? -1 : 1))
  const gives = sorted.flatMap(([control, sum]) => (sum < 0n ? [{ control, left: -sum }] : []))
  const takes = sorted.flatMap(([control, sum]) => (sum > 0n ? [{ control, left: sum }] : []))
  const pairs: Omit<Pair, 'externalId'>[] = []
  while (gives[0] && takes[0]) {
    const [give, take] = [gives[0], takes[0]]
    const amount = give.left < take.left ? give.left : take.left
    pairs.push({ source: give.control, destination: take.control, asset, amount })
    give.left -= amount
    take.left -= amount
    if (give.left === 0n) gives.shift()
    if (take.left === 0n) takes.shift()
  }
  assert(gives.length === 0 && takes.length === 0, 'a transfer sums to zero in each asset')
  return pairs
}
