import {
  type Chain,
  type MarketplaceConfig,
  type Principal,
  actorOf,
  addressFault,
  comparableAddress,
  familyOf,
} from '@species/contracts'
import { formatUsdt, ok, refuse } from '@species/kernel'
import type { Sql } from '@species/database'
import { lockOwner } from '../adapters/address-rows.ts'
import { type PayoutRow, countOpen, findRequest } from '../adapters/payout-rows.ts'
import { destinationFault } from '../domain/destination.ts'
import { type MarketAccount, marketOwner } from '../domain/payout.ts'
import { boundsOf, closedBy } from './allowed-payout.ts'
import type { PayoutsDeps } from './deps.ts'
import { windowMs } from './maturity.ts'
import { openPayout } from './open-payout.ts'
import { maxOpenPayouts } from './request-payout.ts'
import type { Answer } from './step.ts'

/** What an operator asks for. `address` as it was written. */
export interface WantedWithdrawal {
  readonly requestId: string
  readonly from: MarketAccount
  readonly chain: Chain
  readonly address: string
  readonly amountMicro: bigint
}

/**
 * An operator asks for a payout of the marketplace's own money. It goes the road of all payouts, and two people approve it, whatever
 * it comes to. The same request again gets the same payout.
 */
export async function withdraw(
  deps: PayoutsDeps,
  principal: Principal,
  wanted: WantedWithdrawal,
  reason: string,
): Answer<PayoutRow> {
  const { requestId, from, chain, amountMicro } = wanted
  const malformed = addressFault(chain, wanted.address)
  if (malformed !== undefined)
    return refuse('address_refused', `${wanted.address} is no address on ${chain}: ${malformed}.`)
  const address = comparableAddress(familyOf(chain), wanted.address)
  const owner = marketOwner(from)
  const history = await deps.config.chainHistory()
  return await deps.database.transaction(async (tx): Answer<PayoutRow> => {
    await lockOwner(tx, owner)
    const before = await findRequest(tx, owner, requestId)
    if (before) {
      const isSame = before.chain === chain && before.address === address && before.amountMicro === amountMicro
      return isSame ? ok(before) : refuse('request_id_conflict', 'This requestId was used for another payout.')
    }
    const { config } = await deps.latestConfig(tx).latest()
    const closed = await closedBy(deps, tx, chain, config)
    if (closed !== undefined) return refuse('payouts_off', closed)
    const fault = destinationFault(chain, address, { chains: config.chains, history })
    if (fault !== undefined) return refuse('address_refused', `No money can be sent to ${address}: ${fault}.`)
    const bounds = boundsOf(amountMicro, config)
    if (bounds !== undefined) return refuse('invalid_amount', bounds)
    if ((await countOpen(tx, owner)) >= maxOpenPayouts)
      return refuse('too_many_payouts', `${maxOpenPayouts} payouts of ${from} have not ended.`)
    const mature = await matureOf(deps, tx, from, config)
    if (mature < amountMicro)
      return refuse(
        'not_payable',
        `${formatUsdt(mature)} USDT of ${from} can be paid out now. What came in too lately counts later.`,
      )
    const actor = actorOf(principal)
    const asked = { owner, requestId, chain, address, amountMicro, fromPayableMicro: 0n, source: from }
    return await openPayout(deps, tx, { ...asked, requestedBy: actor, confirmedBy: reason }, actor)
  })
}

/** What is free of an account of the marketplace, less all that came in lately: it may rest on payments that can still vanish. */
async function matureOf(
  deps: Pick<PayoutsDeps, 'cashier' | 'clock'>,
  tx: Sql,
  account: MarketAccount,
  config: MarketplaceConfig,
): Promise<bigint> {
  const cashier = deps.cashier(tx)
  const [balance] = (await cashier.balances([account])).filter(({ asset }) => asset === 'USDT')
  const lately = await cashier.cameIn(account, deps.clock.now() - windowMs(config))
  const free = balance ? balance.posted - balance.held : 0n
  return lately === undefined || lately > free ? 0n : free - lately
}
