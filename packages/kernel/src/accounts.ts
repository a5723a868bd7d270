import { isReservedName } from './ids.ts'

/**
 * Paths of the ledger's accounts; docs/ARCHITECTURE.md, 'The ledger', shows what moves what between them. Users, sellers and chains
 * are named as they are in events and in the table of chains.
 */
export const accounts = {
  treasury: 'treasury',
  supply: 'supply',
  liquidityPool: 'liquidity_pool',
  escrow: 'market:escrow',
  fees: 'fees',
  /** What partners and networks charged us: an expense, so a debit balance. */
  costs: 'costs',
  outside: 'outside',
  loss: 'loss',
  user: (onliId: string): string => `user:${onliId}`,
  payable: (onliId: string): string => `payable:${onliId}`,
  receivable: (onliId: string): string => `receivable:${onliId}`,
  /** What our own wallets on a chain hold, as a debit balance. */
  world: (chain: string): string => `world:${chain}`,
  /** What a partner holds for us, as a debit balance. */
  custody: (partner: string): string => `custody:${partner}`,
  /** Money at our addresses that nothing explains yet. */
  suspense: (chain: string): string => `suspense:${chain}`,
} as const

const debitAccounts: readonly string[] = [accounts.supply, accounts.outside, accounts.loss, accounts.costs]
const debitFamilies: readonly string[] = [accounts.world(''), accounts.receivable(''), accounts.custody('')]

/**
 * Accounts that stand for the world outside, for what is owed to us, or for what we spent: the only ones that may go below zero. A
 * CHECK constraint of the ledger says the same.
 */
export function mayGoNegative(account: string): boolean {
  return debitAccounts.includes(account) || debitFamilies.some((family) => account.startsWith(family))
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
