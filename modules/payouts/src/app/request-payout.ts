import { type Chain, type Principal, comparableAddress, familyOf } from '@species/contracts'
import { ok, refuse } from '@species/kernel'
import { lockOwner } from '../adapters/address-rows.ts'
import { type PayoutRow, countOpen, findRequest } from '../adapters/payout-rows.ts'
import { allowed, boundsOf, closedBy, usableAddress } from './allowed-payout.ts'
import type { PayoutsDeps } from './deps.ts'
import type { Confirmed } from './manage-addresses.ts'
import { openPayout } from './open-payout.ts'
import { payableMoney, takenFrom } from './payable-money.ts'
import type { Answer } from './step.ts'

/** Payouts of one user that have not ended. */
export const maxOpenPayouts = 10

/** What a user asks for. `address` as it was written. */
export interface WantedPayout {
  readonly requestId: string
  readonly chain: Chain
  readonly address: string
  readonly amountMicro: bigint
}

/** Takes a request and holds its money. The same request again gets the same payout. */
export async function requestPayout(
  deps: PayoutsDeps,
  principal: Principal,
  wanted: WantedPayout,
  confirmed: Confirmed,
): Answer<PayoutRow> {
  const history = await deps.config.chainHistory()
  return await deps.database.transaction(async (tx): Answer<PayoutRow> => {
    const owner = principal.onliId
    const { requestId, chain, amountMicro } = wanted
    const address = comparableAddress(familyOf(chain), wanted.address)
    await lockOwner(tx, owner)
    const before = await findRequest(tx, owner, requestId)
    if (before) {
      const isSame = before.chain === chain && before.address === address && before.amountMicro === amountMicro
      return isSame ? ok(before) : refuse('request_id_conflict', 'This requestId was used for another payout.')
    }
    const { config } = await deps.latestConfig(tx).latest()
    const closed = await closedBy(deps, tx, chain, config)
    if (closed !== undefined) return refuse('payouts_off', closed)
    const by = await allowed(deps, tx, { principal, chain, address, confirmed })
    if (!by.ok) return by
    const usable = await usableAddress(deps, tx, { owner, chain, address }, { config, history })
    if (!usable.ok) return usable
    const bounds = boundsOf(amountMicro, config)
    if (bounds !== undefined) return refuse('invalid_amount', bounds)
    if ((await countOpen(tx, owner)) >= maxOpenPayouts)
      return refuse(
        'too_many_payouts',
        `${maxOpenPayouts} of your payouts have not ended. Wait for one, or cancel one.`,
      )
    const money = await payableMoney(deps, tx, owner, config)
    if (!money.ok) return money
    const fromPayable = takenFrom(money.value, amountMicro)
    if (!fromPayable.ok) return fromPayable
    const made = { owner, requestId, chain, address, amountMicro, fromPayableMicro: fromPayable.value }
    const asked = { ...made, requestedBy: principal.keyId, confirmedBy: by.value }
    return await openPayout(deps, tx, asked, `${owner}/${principal.keyId}`)
  })
}
