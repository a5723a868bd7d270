import { bookOf, intentFacts } from '@species/contracts'
import type { Sql } from '@species/database'
import { openPurchases } from '../adapters/match-rows.ts'
import type { MatchRequest } from '../domain/match.ts'
import type { Means } from '../domain/means.ts'
import type { MatchingDeps } from './deps.ts'

/** What the buyers of a batch can pay with; what a decision reserves for one of them is no longer free for the next. */
export interface BuyersMeans {
  of(request: MatchRequest): Means | undefined
  spend(buyer: string, micro: bigint): void
}

/**
 * Credit is what the cashier has free, less what earlier purchases need that it has not decided yet. The book must be locked: no
 * purchase is matched meanwhile.
 */
export async function readMeans(deps: MatchingDeps, tx: Sql, requests: readonly MatchRequest[]): Promise<BuyersMeans> {
  const buyers = [...new Set(requests.filter(paysFromCredit).map(({ dossier }) => dossier.event.from))]
  const free = new Map<string, bigint>()
  let credit: ReadonlyMap<string, bigint> = free
  let payable: ReadonlyMap<string, bigint> = new Map()
  if (buyers.length > 0) {
    const open = await openPurchases(tx, buyers)
    const { freeMicro, payableMicro, decided } = await deps.cashier(tx).spendable(
      buyers,
      open.map(({ eventKey }) => eventKey),
    )
    payable = payableMicro
    for (const buyer of buyers) free.set(buyer, freeMicro.get(buyer) ?? 0n)
    credit = new Map(free)
    for (const { eventKey, buyer, dueMicro } of open)
      if (!decided.has(eventKey)) free.set(buyer, (free.get(buyer) ?? 0n) - dueMicro)
  }
  return {
    of(request) {
      const { dossier, config } = request
      const { book, money } = intentFacts[dossier.intent]
      if (book !== 'buys' || money === undefined) return undefined
      const feeBasisPoints = config.feeBasisPoints[money.fee]
      if (paysFromCredit(request)) {
        const { from, payWith } = dossier.event
        // What earlier purchases need may come from proceeds as well: with both together the cashier never has less.
        const both = (free.get(from) ?? 0n) + (payable.get(from) ?? 0n)
        if (payWith?.payable !== undefined) return { source: 'proceeds', feeBasisPoints, freeMicro: both }
        const own = credit.get(from) ?? 0n
        return { source: 'credit', feeBasisPoints, freeMicro: both < own ? both : own }
      }
      const { claims, rest } = dossier.payment
      const paid = claims.reduce((sum, claim) => sum + claim.amountMicro, 0n)
      return { source: 'chain', feeBasisPoints, freeMicro: paid, ...(rest ? { restMicro: rest.amountMicro } : {}) }
    },
    spend: (buyer, micro) => free.set(buyer, (free.get(buyer) ?? 0n) - micro),
  }
}

/** Whether an event is a purchase on the market that its buyer's credit pays. */
export function paysFromCredit({ dossier }: Pick<MatchRequest, 'dossier'>): boolean {
  return bookOf(dossier.intent) === 'buys' && dossier.payment.source !== 'chain'
}
