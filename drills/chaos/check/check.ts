import { setTimeout as pause } from 'node:timers/promises'
import type { Book, Entry } from '../traffic/book.ts'
import type { Caller } from '../traffic/caller.ts'
import type { User } from '../traffic/users.ts'
import { type PartnerView, deliveryFindings, lookAtPartner } from './partner.ts'
import { receiptFindings } from './receipts.ts'
import { accountFindings, marketFindings } from './accounts.ts'
import type { Reviewed } from './reviews.ts'
import { escrow, pool, tallyOf, usdt, vaultOf } from './tally.ts'

export interface CheckContext {
  readonly book: Book
  readonly users: readonly User[]
  readonly operator: Caller
  readonly sandboxUrl: string
  /** What was in review after the traffic; an operator has decided it since. */
  readonly reviewed: Reviewed
}

export interface Checked {
  readonly accepted: number
  readonly completed: number
  readonly failed: number
  readonly inReview: number
  /** Accepted, without a receipt and in no review: must be none. */
  readonly forgotten: number
  readonly refusedAtTheDoor: number
  readonly resent: number
  /** Money as the drill adds it up, in USDT. */
  readonly money: { readonly minted: string; readonly credit: string; readonly spent: string; readonly payable: string }
  readonly failedBecause: Readonly<Record<string, number>>
  readonly findings: readonly string[]
}

/**
 * Compares what must be with what is, through public interfaces and the partner's own books alone: the code's opinion of itself
 * is not asked.
 */
export async function check(context: CheckContext): Promise<Checked> {
  const { book, users, operator, sandboxUrl, reviewed } = context
  // Reads may be kept for a second.
  await pause(1_500)
  const entries = book.all()
  const promised = book.promised
  const partner = await lookAtPartner(sandboxUrl)
  const tally = tallyOf(entries)
  const forgotten = book.unended
  const findings = [
    ...book.findings,
    ...(await Promise.all(forgotten.slice(0, 20).map((entry) => describeForgotten(users, entry)))),
    ...promised.flatMap(receiptFindings),
    ...twice(promised),
    ...reviewed.findings,
    ...deliveryFindings(entries, partner),
    // What has not ended may have moved or not: to the unit, all is compared where all has ended.
    ...(forgotten.length === 0 ? vaultFindings(tally.units, users, partner) : []),
    ...(forgotten.length === 0 ? await accountFindings(users, tally) : []),
    ...(forgotten.length === 0 ? await marketFindings(operator, tally) : []),
  ]
  const sum = (of: ReadonlyMap<string, bigint>): bigint => [...of.values()].reduce((a, b) => a + b, 0n)
  if (tally.minted !== sum(tally.credit) + tally.spent) findings.push('the drill’s own book does not add up')
  const failed = promised.filter((entry) => entry.receipt?.status === 'FAILED')
  return {
    accepted: promised.length,
    completed: promised.filter((entry) => entry.receipt?.status === 'COMPLETED').length,
    failed: failed.length,
    inReview: reviewed.count,
    forgotten: forgotten.length,
    refusedAtTheDoor: entries.filter((entry) => entry.refused !== undefined).length,
    resent: entries.filter((entry) => entry.tries > 1).length,
    money: {
      minted: usdt(tally.minted),
      credit: usdt(sum(tally.credit)),
      spent: usdt(tally.spent),
      payable: usdt(sum(tally.payable)),
    },
    failedBecause: countBy(failed.map((entry) => entry.receipt?.refusal?.code ?? 'no reason')),
    findings,
  }
}

async function describeForgotten(users: readonly User[], entry: Entry): Promise<string> {
  const user = users.find((one) => one.onliId === entry.owner)
  const status = await user?.caller
    .call('GET', `/marketplace/v1/events/${entry.eventId}`, undefined, { giveUpMs: 5_000 })
    .catch((error: unknown) => String(error))
  return `${entry.eventId} (${entry.intent}) was accepted and has neither ended nor a review: ${JSON.stringify(status)}`
}

/** Two events never share a receipt or a key. */
function twice(entries: readonly Entry[]): string[] {
  const seen = new Map<string, string>()
  return entries.flatMap(({ eventId, receipt, promised }) =>
    [receipt?.eventKey, promised].flatMap((name) => {
      if (name === undefined) return []
      const other = seen.get(name)
      seen.set(name, eventId)
      return other === undefined ? [] : [`${eventId} and ${other} share ${name}`]
    }),
  )
}

function vaultFindings(units: ReadonlyMap<string, bigint>, users: readonly User[], partner: PartnerView): string[] {
  return [...users.map((user) => vaultOf(user.onliId)), escrow, pool].flatMap((vault) => {
    const is = partner.vaults.get(vault) ?? 0n
    const must = units.get(vault) ?? 0n
    return is === must ? [] : [`${vault} holds ${is} units at Onli Cloud, must hold ${must}`]
  })
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
