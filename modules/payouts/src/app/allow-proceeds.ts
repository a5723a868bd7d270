import { type ProceedsAsked, type ProceedsPort, addressFault, comparableAddress, familyOf } from '@species/contracts'
import { accounts, ok, refuse } from '@species/kernel'
import type { Sql } from '@species/database'
import { lockOwner } from '../adapters/address-rows.ts'
import { insertProceeds, readOwner } from '../adapters/proceeds-rows.ts'
import { allowed, usableAddress } from './allowed-payout.ts'
import type { PayoutsDeps } from './deps.ts'
import type { Answer } from './step.ts'

/** Says where proceeds can go, and lets those of an event go there. */
export function createProceedsPort(
  deps: Pick<PayoutsDeps, 'database' | 'clock' | 'config' | 'latestConfig' | 'confirm' | 'cashier'>,
): ProceedsPort {
  const check = async (tx: Sql, { owner, chain, address }: ProceedsAsked): Answer<true> => {
    const { config } = await deps.latestConfig(tx).latest()
    if (!config.payouts.enabled || !deps.confirm(tx).isTrusted(chain))
      return refuse(
        'payouts_unsupported',
        `Proceeds are not paid out on ${chain} yet. Send the event without \`putProceeds.usdtAddress\` and \`putProceeds.chain\`; they stay in your account.`,
      )
    return await usableAddress(
      deps,
      tx,
      { owner, chain, address },
      { config, history: await deps.config.chainHistory() },
    )
  }
  return {
    async check(asked) {
      const one = comparableAsked(asked)
      return one === undefined ? unknown(asked) : await check(deps.database, one)
    },
    async allow(principal, asked, confirmed) {
      const one = comparableAsked(asked)
      if (one === undefined) return unknown(asked)
      const { owner, chain, address } = one
      return await deps.database.transaction(async (tx): Answer<true> => {
        await lockOwner(tx, owner)
        const usable = await check(tx, one)
        if (!usable.ok) return usable
        if (principal.limits?.payoutAddresses !== undefined && !principal.scopes.includes('payout'))
          return refuse('forbidden', 'This key lacks the scope `payout`.')
        const by = await allowed(deps, tx, { principal, chain, address, confirmed })
        if (!by.ok) return by
        const nowMs = deps.clock.now()
        await insertProceeds(tx, { ...one, keyId: principal.keyId, confirmedBy: by.value, createdAtMs: nowMs })
        const [newest] = await deps.cashier(tx).statement([accounts.payable(owner)], undefined, 1)
        await readOwner(tx, owner, newest?.seq ?? 0n, nowMs)
        return ok(true)
      })
    },
  }
}

/** The address in the form in which addresses are compared; undefined where it is none of that chain. */
function comparableAsked(asked: ProceedsAsked): ProceedsAsked | undefined {
  return addressFault(asked.chain, asked.address) === undefined
    ? { ...asked, address: comparableAddress(familyOf(asked.chain), asked.address) }
    : undefined
}

function unknown({ address, chain }: ProceedsAsked): Awaited<Answer<never>> {
  return refuse('unknown_destination', `${address} is no address on ${chain}.`)
}
