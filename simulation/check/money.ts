import { parseUsdt } from '@species/kernel'
import type { Setting } from '../setting.ts'
import type { Facts } from './facts.ts'
import { sumBy } from './ledger.ts'

/** Claims, the ledger and the chain agree; nobody is credited with another's money; users have what their receipts leave them. */
export function moneyFindings(
  { chain, population }: Setting,
  { claims, entries, balances, receipts }: Facts,
): string[] {
  const found: string[] = []
  const seen = new Set<string>()
  for (const { hash, payer, amountMicro, vanished, credited } of claims) {
    const made = chain.payments.get(hash)
    if (!vanished && seen.has(hash)) found.push(`payment ${hash} was claimed twice`)
    if (!vanished) seen.add(hash)
    if (!made) found.push(`payment ${hash} was claimed and never made`)
    else if (made.payer !== payer || made.amountMicro !== amountMicro)
      found.push(`payment ${hash} was claimed for ${payer} with ${amountMicro}, ${made.payer} paid ${made.amountMicro}`)
    if (vanished && made && (made.goneAtMs === Infinity || (made.backAtMs < Infinity && !made.isLost)))
      found.push(`payment ${hash} is said to have vanished, and is still there`)
    if (!vanished && !credited) found.push(`the validator was never told that payment ${hash} is credited`)
  }
  const claimed = claims.reduce((sum, claim) => sum + (claim.vanished ? 0n : claim.amountMicro), 0n)
  const cameIn = entries.reduce((sum, entry) => sum - (entry.account.startsWith('world:') ? entry.amount : 0n), 0n)
  if (claimed !== cameIn) found.push(`${claimed} micro-units are claimed, ${cameIn} came in`)
  for (const entry of entries) {
    if (entry.kind !== 'payment' || entry.amount < 0n) continue
    const made = chain.payments.get(entry.transferId.split(':')[2] ?? '')
    if (entry.account !== `user:${made?.payer ?? ''}`)
      found.push(`${entry.account} was credited with ${entry.transferId}, which another made`)
  }

  const wanted = new Map(
    population.users.map(({ onliId, creditMicro }) => [onliId, { credit: creditMicro, payable: 0n }]),
  )
  const add = (onliId: string, what: 'credit' | 'payable', micro: bigint): void => {
    const has = wanted.get(onliId)
    if (has) has[what] += micro
    else found.push(`${onliId} is on a receipt and is no user`)
  }
  for (const { payer, amountMicro, vanished } of claims) if (!vanished) add(payer, 'credit', amountMicro)
  for (const { receipt, revision } of receipts) {
    if (revision !== 1 || receipt?.status !== 'COMPLETED' || !receipt.price) continue
    if (receipt.intent === 'REDEEM')
      add(receipt.owner, 'payable', micro(receipt.price.total) - micro(receipt.price.fee))
    else add(receipt.owner, 'credit', -micro(receipt.price.paid))
    for (const fill of receipt.fills) add(fill.seller, 'payable', micro(fill.total))
  }
  const has = sumBy(entries, (entry) => `${entry.account} ${entry.asset}`)
  for (const [onliId, { credit, payable }] of wanted) {
    const own = (has.get(`user:${onliId} USDT`) ?? 0n) + (has.get(`receivable:${onliId} USDT`) ?? 0n)
    if (own !== credit) found.push(`${onliId} has ${own} micro-units, must have ${credit}`)
    const due = has.get(`payable:${onliId} USDT`) ?? 0n
    if (due !== payable) found.push(`${onliId} is to be paid ${due} micro-units, must be ${payable}`)
  }
  const total = balances.reduce((sum, one) => sum + (one.asset === 'USDT' ? one.posted : 0n), 0n)
  if (total !== 0n) found.push(`all USDT balances sum to ${total}`)
  return found
}

export function micro(text: string): bigint {
  const parsed = parseUsdt(text)
  if (!parsed.ok) throw new Error(`${text} is no amount of USDT`)
  return parsed.value
}
