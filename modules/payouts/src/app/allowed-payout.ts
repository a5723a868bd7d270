import { type Chain, type MarketplaceConfig, type Principal, comparableAddress, familyOf } from '@species/contracts'
import { formatUsdt, ok, parseUsdt, refuse } from '@species/kernel'
import type { Sql } from '@species/database'
import { findAddress } from '../adapters/address-rows.ts'
import { isHalted } from '../adapters/halt-rows.ts'
import type { PayoutRow } from '../adapters/payout-rows.ts'
import { destinationFault } from '../domain/destination.ts'
import type { PayoutsDeps } from './deps.ts'
import type { Confirmed } from './manage-addresses.ts'
import type { Answer } from './step.ts'

/** The least that is paid out: a network's fee is of this size. */
export const minPayoutMicro = 1_000_000n

/** Why no payout is taken or sent on a chain now, if none is. */
export async function closedBy(
  { confirm }: Pick<PayoutsDeps, 'confirm'>,
  tx: Sql,
  chain: Chain,
  { payouts, chains }: Pick<MarketplaceConfig, 'payouts' | 'chains'>,
): Promise<string | undefined> {
  if (await isHalted(tx))
    return 'Payouts are halted until operators resume them. Your money stays yours; try again later.'
  if (!payouts.enabled) return 'Payouts are off in the configuration. Your money stays yours; try again later.'
  if (!confirm(tx).isTrusted(chain))
    return `Payouts on ${chain} are off until what our wallets hold there is reconciled with our books. Your money stays yours.`
  return chains[chain].halted ? `${chain} is halted. Try again later.` : undefined
}

/** A key with a list of addresses pays out to these alone; any other needs a confirmation. Answers with what allows it. */
export async function allowed(
  { confirm }: Pick<PayoutsDeps, 'confirm'>,
  tx: Sql,
  asked: { principal: Principal; chain: Chain; address: string; confirmed: Confirmed },
): Answer<string> {
  const { principal, chain, address, confirmed } = asked
  const { payoutAddresses, ...others } = principal.limits ?? {}
  if (Object.values(others).some((limit) => limit !== undefined))
    return refuse('forbidden', 'A key that is limited in trading pays nothing out. Use a key without these limits.')
  if (payoutAddresses !== undefined) {
    const isListed = payoutAddresses.some((one) => {
      const [name, listed = ''] = one.split(' ')
      return name === chain && comparableAddress(familyOf(chain), listed) === address
    })
    return isListed
      ? ok('the list of addresses of the key')
      : refuse('forbidden', 'This address is not among those of the key.')
  }
  const said = await confirm(tx).confirm(principal, confirmed.action, confirmed.confirmation)
  return said.ok ? ok(said.value.by) : said
}

/** Whether money of this owner can be sent to an address now. Asked at the request, and again before anything leaves. */
export async function usableAddress(
  deps: Pick<PayoutsDeps, 'clock'>,
  tx: Sql,
  { owner, chain, address }: Pick<PayoutRow, 'owner' | 'chain' | 'address'>,
  { config, history }: { config: MarketplaceConfig; history: Parameters<typeof destinationFault>[2]['history'] },
): Answer<true> {
  const known = await findAddress(tx, owner, { chain, address })
  if (!known)
    return refuse(
      'unknown_destination',
      `${address} is not in the address book of ${owner} for ${chain}. Add it first, and wait for its delay.`,
    )
  if (known.usableAtMs > deps.clock.now())
    return refuse('unknown_destination', `${address} is usable from ${new Date(known.usableAtMs).toISOString()}.`)
  const fault = destinationFault(chain, address, { chains: config.chains, history })
  return fault === undefined ? ok(true) : refuse('address_refused', `No money can be sent to ${address}: ${fault}.`)
}

/** Why a payout is not of this amount, if it is not. */
export function boundsOf(amountMicro: bigint, { payouts }: MarketplaceConfig): string | undefined {
  const most = parseUsdt(payouts.maxUsdt)
  if (amountMicro < minPayoutMicro) return `A payout is at least ${formatUsdt(minPayoutMicro)} USDT.`
  if (most.ok && amountMicro > most.value) return `A payout is at most ${payouts.maxUsdt} USDT.`
  return undefined
}
