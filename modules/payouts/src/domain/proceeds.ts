import type { AccountCredit, ProceedsEvent, SoldFill } from '@species/contracts'
import type { Chain } from '@species/contracts/chains'
import { splitByLargestRemainder } from '@species/kernel'

/** Where the proceeds of one event go, and what became of them so far; micro-USDT. */
export interface Proceeds {
  readonly eventId: string
  readonly chain: Chain
  readonly address: string
  readonly earnedMicro: bigint
  readonly askedMicro: bigint
  readonly keptMicro: bigint
}

/** What still waits to be paid out. */
export function waiting({ earnedMicro, askedMicro, keptMicro }: Proceeds): bigint {
  return earnedMicro - askedMicro - keptMicro
}

/**
 * What each event earned by what came into its owner's payable account: a redemption earns for itself, a purchase for the events that
 * opened the listings it bought from. What one purchase paid a seller for several listings is divided by their prices; all of it is the
 * same seller's.
 */
export function earnedBy(
  owner: string,
  credits: readonly AccountCredit[],
  fills: readonly SoldFill[],
): Map<string, bigint> {
  const earned = new Map<string, bigint>()
  for (const { eventKey, kind, amountMicro } of credits) {
    if (kind !== 'settlement' || eventKey === undefined) continue
    const sold = fills.filter((fill) => fill.eventKey === eventKey && fill.seller === owner)
    const shares =
      sold.length === 0
        ? [{ event: eventKey, micro: amountMicro }]
        : splitByLargestRemainder(
            amountMicro,
            sold.map(({ totalMicro }) => totalMicro),
          ).map((micro, index) => ({ event: sold[index]?.openedBy ?? eventKey, micro }))
    for (const { event, micro } of shares) earned.set(event, (earned.get(event) ?? 0n) + micro)
  }
  return earned
}

/** The row of an accepted event: for exactly the address that the event names. */
export function rowOf<Row extends Proceeds>(rows: readonly Row[], event: ProceedsEvent): Row | undefined {
  return rows.find((row) => row.eventId === event.eventId && row.chain === event.chain && row.address === event.address)
}

/** Divides an amount over rows in their order, each at most what waits of it. */
export function divide<Row extends Proceeds>(rows: readonly Row[], amountMicro: bigint): { row: Row; micro: bigint }[] {
  let left = amountMicro
  return rows.flatMap((row) => {
    const rest = waiting(row)
    const micro = left < rest ? left : rest
    left -= micro
    return micro > 0n ? [{ row, micro }] : []
  })
}
