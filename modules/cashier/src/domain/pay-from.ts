import type { Line, StateBodies } from '@species/contracts'
import { accounts } from '@species/kernel'
import type { Posting } from './posting.ts'

type Payer = Pick<StateBodies['matched'], 'event'>

/** In which order a purchase takes what is payable to its buyer and their credit; undefined where it takes credit alone. */
export function payableOrder({ event }: Payer): 'first' | 'last' | undefined {
  return event.payWith?.source === 'credit' ? event.payWith.payable : undefined
}

/** Divides what is due; micro-USDT. What is not there is left to the account that pays last. */
export function splitDue(
  order: 'first' | 'last',
  dueMicro: bigint,
  free: { readonly payable: bigint; readonly credit: bigint },
): { payable: bigint; credit: bigint } {
  const least = (one: bigint): bigint => (one < 0n ? 0n : one < dueMicro ? one : dueMicro)
  const first = least(order === 'first' ? free.payable : free.credit)
  const rest = dueMicro - first
  return order === 'first' ? { payable: first, credit: rest } : { payable: rest, credit: first }
}

/** The accounts beside those of its posting that such a purchase is decided by. */
export function accountsBeside(dossier: Payer): { account: string; asset: 'USDT' }[] {
  if (payableOrder(dossier) === undefined) return []
  const { from } = dossier.event
  return [accounts.payable(from), accounts.receivable(from), accounts.user(from)].map((account) => ({
    account,
    asset: 'USDT',
  }))
}

/** The lines of a posting with a part of what the buyer pays taken from what is payable to them. */
export function linesFromPayable({ lines }: Posting, { event }: Payer, payableMicro: bigint): Line[] {
  if (payableMicro === 0n) return [...lines]
  const credit = accounts.user(event.from)
  return [
    { account: accounts.payable(event.from), asset: 'USDT' as const, amount: -payableMicro },
    ...lines.map((line) =>
      line.account === credit && line.asset === 'USDT' ? { ...line, amount: line.amount + payableMicro } : line,
    ),
  ].filter((line) => line.amount !== 0n)
}
