import type { LedgerTransfer, ReceiptFacts } from '@species/contracts'
import { type Asset, accounts } from '@species/kernel'

/** What a receipt says, and what the ledger has instead: micro-USDT or units. */
export interface ReceiptDifference {
  readonly what: string
  readonly asset: Asset
  readonly says: bigint
  readonly ledger: bigint
}

/**
 * The first thing that a receipt of a completed event says and its postings do not: a transfer that is not there, a change of a party's
 * balance, or the fee. Undefined where they agree.
 */
export function whatDiffers(
  receipt: ReceiptFacts,
  transfers: ReadonlyMap<string, LedgerTransfer>,
): ReceiptDifference | undefined {
  const missing = receipt.ledgerTransferIds.find((id) => !transfers.has(id))
  if (missing !== undefined || receipt.ledgerTransferIds.length === 0)
    return { what: `transfer ${missing ?? '(none named)'}`, asset: 'USDT', says: 1n, ledger: 0n }
  const settling = receipt.ledgerTransferIds.flatMap((id) => {
    const transfer = transfers.get(id)
    return transfer?.kind === 'settlement' ? [transfer] : []
  })
  const sum = (names: readonly string[], asset: Asset): bigint =>
    settling
      .flatMap(({ entries }) => entries)
      .filter((entry) => entry.asset === asset && names.includes(entry.account))
      .reduce((total, { amount }) => total + amount, 0n)
  for (const { onliId, asset, amount } of receipt.changes) {
    // A party's figures are of one account: what a purchase takes from its buyer's proceeds stands beside them.
    const own = [accounts.user(onliId), accounts.payable(onliId)]
    if (own.every((account) => sum([account], asset) !== amount))
      return { what: `${asset} of ${onliId}`, asset, says: amount, ledger: sum(own, asset) }
  }
  const fee = sum([accounts.fees], 'USDT')
  return fee === receipt.feeMicro ? undefined : { what: 'fee', asset: 'USDT', says: receipt.feeMicro, ledger: fee }
}
