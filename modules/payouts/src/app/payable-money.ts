import type { AccessRefusal, MarketplaceConfig } from '@species/contracts'
import { type Result, accounts, formatUsdt, ok, refuse } from '@species/kernel'
import type { Sql } from '@species/database'
import type { PayoutsDeps } from './deps.ts'
import { immatureOf } from './maturity.ts'

/** What a user has that can be paid out, micro-USDT. `mature`: of both together. */
export interface PayableMoney {
  readonly payable: bigint
  readonly credit: bigint
  readonly mature: bigint
}

/** What of a user's money can leave. Refuses for a user who is not active, or who owes. */
export async function payableMoney(
  deps: PayoutsDeps,
  tx: Sql,
  owner: string,
  config: MarketplaceConfig,
): Promise<Result<PayableMoney, AccessRefusal>> {
  const names = [accounts.payable(owner), accounts.user(owner), accounts.receivable(owner)]
  const balances = (await deps.cashier(tx).balances(names)).filter(({ asset }) => asset === 'USDT')
  const free = (account: string | undefined): bigint => {
    const found = balances.find((one) => one.account === account)
    return found ? found.posted - found.held : 0n
  }
  const [payable, credit, owed] = names.map(free) as [bigint, bigint, bigint]
  const standing = (await deps.authenticator(tx).standings([owner])).get(owner)
  if (standing?.status !== 'active') return refuse('user_suspended', 'The user is not active: nothing is paid out.')
  if (owed < 0n)
    return refuse(
      'not_payable',
      `You owe ${formatUsdt(-owed)} USDT, because a payment vanished from its chain. Nothing is paid out before it is repaid.`,
    )
  const has = payable + credit
  const immature = has === 0n ? 0n : await immatureOf(deps, tx, owner, config, deps.clock.now())
  return ok({ payable, credit, mature: immature === undefined || immature > has ? 0n : has - immature })
}

/** How much of an amount is taken from what is payable; the rest is taken from credit. Refuses what is not there or not mature. */
export function takenFrom(
  { payable, credit, mature }: PayableMoney,
  amountMicro: bigint,
): Result<bigint, AccessRefusal> {
  const has = payable + credit
  if (has < amountMicro)
    return refuse('not_payable', `${formatUsdt(amountMicro)} USDT are asked for, ${formatUsdt(has)} are free.`)
  if (mature < amountMicro)
    return refuse(
      'not_payable',
      `${formatUsdt(has)} USDT are free, of which ${formatUsdt(mature)} can be paid out now: the rest came in too lately. Try again later.`,
    )
  return ok(amountMicro < payable ? amountMicro : payable)
}
