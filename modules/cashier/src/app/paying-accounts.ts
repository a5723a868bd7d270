import type { CashierQueries, MarketplaceEvent } from '@species/contracts'
import { accounts } from '@species/kernel'
import { payableOrder, splitDue } from '../domain/pay-from.ts'

/** From where a purchase would be paid as the balances stand, if it says that proceeds pay too; micro-USDT. */
export async function payingAccounts(
  cashier: Pick<CashierQueries, 'balances'>,
  event: MarketplaceEvent,
  dueMicro: bigint,
): Promise<{ payable: bigint; credit: bigint } | undefined> {
  const order = payableOrder({ event })
  if (order === undefined) return undefined
  const names = { payable: accounts.payable(event.from), credit: accounts.user(event.from) }
  const found = (await cashier.balances(Object.values(names))).filter(({ asset }) => asset === 'USDT')
  const free = (name: string): bigint =>
    found.filter(({ account }) => account === name).reduce((sum, one) => sum + one.posted - one.held, 0n)
  return splitDue(order, dueMicro, { payable: free(names.payable), credit: free(names.credit) })
}
