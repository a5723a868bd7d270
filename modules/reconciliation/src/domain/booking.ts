import type { MoneyTransfer } from '@species/contracts'
import { accounts } from '@species/kernel'

/** As what a difference can be booked. `receivable`: a user owes it to us. */
export const bookableAs = ['treasury', 'fees', 'costs', 'loss', 'receivable'] as const
type BookableAs = (typeof bookableAs)[number]

/** What is booked. `amountMicro`: by how much the wallets hold more than the ledger says; below zero, less. */
export interface ToBook {
  readonly differenceId: string
  readonly chain: string
  readonly amountMicro: bigint
  readonly as: BookableAs
  readonly onliId?: string | undefined
}

/** Why that cannot be booked so; undefined where it can. */
export function bookingFault({ amountMicro, as, onliId }: ToBook): string | undefined {
  if (as === 'receivable' && onliId === undefined) return 'Name the user who owes it: onliId.'
  if (as !== 'receivable' && onliId !== undefined) return 'Only what a user owes names a user.'
  const isMore = amountMicro > 0n
  if (isMore && (as === 'receivable' || as === 'costs' || as === 'loss'))
    return 'There is more money than the ledger says: book it as treasury or fees.'
  if (!isMore && as === 'fees') return 'Money is missing: book it as costs, loss, treasury or receivable.'
  return undefined
}

/** The posting that makes the ledger say what the wallets hold. */
export function bookingOf({ differenceId, chain, amountMicro, as, onliId = '' }: ToBook): MoneyTransfer {
  const account = as === 'receivable' ? accounts.receivable(onliId) : accounts[as]
  return {
    transferId: `reconciliation:${differenceId}`,
    kind: as === 'costs' || as === 'loss' || as === 'receivable' ? 'cost' : 'withdrawal',
    lines: [
      { account: accounts.world(chain), amountMicro: -amountMicro },
      { account, amountMicro },
    ],
  }
}
