/** Money, or units at their price, that one user had from another. */
export interface Flow {
  readonly from: string
  readonly to: string
  readonly micro: bigint
}

/** Rounds after which a chain of payers is not followed further: each adds at least one payer to a chain. */
const mostRounds = 32

/**
 * How much of a user's money rests on payments that may still vanish: their own, and what they had from users who paid with such
 * money, at most what they had from each.
 */
export function immatureMicro(user: string, own: ReadonlyMap<string, bigint>, flows: readonly Flow[]): bigint {
  const between = new Map<string, Flow>()
  for (const flow of flows) {
    const name = `${flow.from} ${flow.to}`
    between.set(name, { ...flow, micro: flow.micro + (between.get(name)?.micro ?? 0n) })
  }
  const inflows = Map.groupBy(between.values(), ({ to }) => to)
  let taint = new Map(own)
  for (let round = 0; round < mostRounds; round++) {
    const next = new Map(own)
    for (const [to, all] of inflows)
      next.set(
        to,
        all.reduce((sum, { from, micro }) => sum + least(micro, taint.get(from) ?? 0n), own.get(to) ?? 0n),
      )
    const isStable = [...next].every(([name, micro]) => taint.get(name) === micro)
    taint = next
    if (isStable) break
  }
  return taint.get(user) ?? 0n
}

function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other
}
