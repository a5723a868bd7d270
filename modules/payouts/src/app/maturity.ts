import type { MarketplaceConfig } from '@species/contracts'
import { type Chain, chains, finalityMs, forEveryChain } from '@species/contracts'
import { parseUsdt } from '@species/kernel'
import type { Sql } from '@species/database'
import { type Flow, immatureMicro } from '../domain/maturity.ts'
import type { PayoutsDeps } from './deps.ts'

/** Payers of payers are followed so far, and so many of them: beyond, all that came in lately counts as not mature. */
const maxPayers = 300
const maxDepth = 6
/** How far back inflows are read while a chain is halted, because re-checks stand still then. */
const longestHaltMs = 2_592_000_000

/**
 * How much of a user's money is not mature: it rests on payments whose last re-check is not done, or that are younger than the floor of
 * their chain, theirs or those of their payers. Undefined: too much came in lately to tell.
 */
export async function immatureOf(
  deps: Pick<PayoutsDeps, 'cashier' | 'validator'>,
  tx: Sql,
  user: string,
  config: MarketplaceConfig,
  nowMs: number,
): Promise<bigint | undefined> {
  const floors = forEveryChain((chain) => nowMs - config.chains[chain].payoutMaturityMs)
  const sinceMs = nowMs - windowMs(config)
  const price = parseUsdt(config.treasuryPrice)
  const unitMicro = price.ok ? price.value : 0n
  const own = new Map<string, bigint>()
  const flows: Flow[] = []
  let next = [user]
  for (let depth = 0; next.length > 0; depth++) {
    if (depth > maxDepth || own.size + next.length > maxPayers) return undefined
    const [immature, inflows] = [
      await deps.validator(tx).immature(next, floors),
      await deps.cashier(tx).inflows(next, sinceMs),
    ]
    if (!inflows.isComplete) return undefined
    for (const payer of next) own.set(payer, immature.get(payer) ?? 0n)
    for (const { from, to, asset, amount } of inflows.flows)
      flows.push({ from, to, micro: asset === 'USDT' ? amount : amount * unitMicro })
    next = [...new Set(inflows.flows.map(({ from }) => from))].filter((payer) => !own.has(payer))
  }
  return immatureMicro(user, own, flows)
}

/** No payment is looked at again after this time: twice the latest re-check, or the floor of its chain. */
export function windowMs({ chains: settings, recheckMultiples }: MarketplaceConfig): number {
  const most = Math.max(0, ...recheckMultiples)
  const longest = (chain: Chain): number =>
    Math.max(2 * most * finalityMs(chain, settings[chain].confirmations), settings[chain].payoutMaturityMs)
  if (chains.some((chain) => settings[chain].halted)) return longestHaltMs
  return Math.max(...chains.map(longest)) + 3_600_000
}
