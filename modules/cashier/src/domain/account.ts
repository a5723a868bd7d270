import { isReservedName } from '@species/kernel'
import type { Chain } from '@species/contracts'

/** Paths of accounts; docs/ARCHITECTURE.md, 'The ledger', shows which intent moves what between them. */
export const accounts = {
  treasury: 'treasury',
  supply: 'supply',
  liquidityPool: 'liquidity_pool',
  escrow: 'market:escrow',
  fees: 'fees',
  outside: 'outside',
  loss: 'loss',
  user: (onliId: string): string => `user:${onliId}`,
  payable: (onliId: string): string => `payable:${onliId}`,
  receivable: (onliId: string): string => `receivable:${onliId}`,
  world: (chain: Chain): string => `world:${chain}`,
  /** Incoming money that nothing explains yet. */
  suspense: (chain: Chain): string => `suspense:${chain}`,
} as const

/** Accounts that stand for the world outside, or for what is owed to us: the only ones that may go below zero. */
export function mayGoNegative(account: string): boolean {
  return (
    account === accounts.supply ||
    account === accounts.outside ||
    account === accounts.loss ||
    account.startsWith('world:') ||
    account.startsWith('receivable:')
  )
}

/** Whose account that is, where a payment can be credited to it; undefined for any other. */
export function payerOf(account: string): string | undefined {
  if (account === accounts.liquidityPool) return account
  const user = accounts.user('')
  return account.startsWith(user) ? account.slice(user.length) : undefined
}

/** Where a proven payment is credited: a user's own account, or the pool that operators fund. */
export function accountOfPayer(payer: string): string {
  return isReservedName(payer) ? payer : accounts.user(payer)
}
