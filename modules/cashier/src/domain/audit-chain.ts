/** An entry as the audit walks over it: of each account from the newest to the oldest. */
export interface WalkedEntry {
  readonly account: string
  readonly asset: string
  readonly seq: bigint
  readonly amount: bigint
  readonly balanceAfter: bigint
}

/** What the next older entry of an account and asset must say; digits, so that it travels as JSON. */
export interface ChainEnd {
  readonly account: string
  readonly asset: string
  readonly seq: string
  readonly before: string
}

/**
 * Where a running balance does not follow from the one before it; the oldest must begin at nothing. `ends` of an earlier page go
 * in, those that are still open come out. `isEnd`: there are no more entries.
 */
export function chainBreaks(
  rows: readonly WalkedEntry[],
  earlier: readonly ChainEnd[],
  isEnd: boolean,
): { breaches: string[]; ends: ChainEnd[] } {
  const open = new Map(earlier.map((end) => [`${end.account}\u0000${end.asset}`, end]))
  const breaches: string[] = []
  const close = (end: ChainEnd, found: bigint): void => {
    if (BigInt(end.before) !== found)
      breaches.push(`running balance of ${end.account} in ${end.asset} breaks at entry ${end.seq}`)
  }
  const closeAllBut = (account: string | undefined): void => {
    for (const [key, end] of open) {
      if (end.account === account) continue
      close(end, 0n)
      open.delete(key)
    }
  }
  for (const { account, asset, seq, amount, balanceAfter } of rows) {
    closeAllBut(account)
    const key = `${account}\u0000${asset}`
    const newer = open.get(key)
    if (newer) close(newer, balanceAfter)
    open.set(key, { account, asset, seq: seq.toString(), before: (balanceAfter - amount).toString() })
  }
  if (isEnd) closeAllBut(undefined)
  return { breaches: breaches.slice(0, 20), ends: [...open.values()] }
}
