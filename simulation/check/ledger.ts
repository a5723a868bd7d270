import type { Entry, Facts } from './facts.ts'

/** Every transfer sums to zero, balances are the sums of their entries, and nothing stays held but for a review. */
export function ledgerFindings({ balances, entries, events }: Facts): string[] {
  const found: string[] = []
  for (const [name, sum] of sumBy(entries, (entry) => `${entry.transferId} in ${entry.asset}`))
    if (sum !== 0n) found.push(`transfer ${name} sums to ${sum}`)
  const running = new Map<string, bigint>()
  for (const entry of entries) {
    const name = `${entry.account} in ${entry.asset}`
    running.set(name, (running.get(name) ?? 0n) + entry.amount)
    if (running.get(name) !== entry.balanceAfter)
      found.push(`the running balance of ${name} breaks at ${entry.transferId}`)
  }
  const reviewed = events.some((event) => event.inReview)
  for (const { account, asset, posted, held } of balances) {
    const sum = running.get(`${account} in ${asset}`) ?? 0n
    if (sum !== posted) found.push(`${account} has ${posted} ${asset}, its entries sum to ${sum}`)
    if (held !== 0n && !reviewed) found.push(`${account} still has ${held} ${asset} held, and no event is open`)
    if (held < 0n || (posted < held && !mayOwe(account)))
      found.push(`${account} is overdrawn: ${posted} ${asset}, ${held} held`)
  }
  for (const name of running.keys())
    if (!balances.some(({ account, asset }) => `${account} in ${asset}` === name))
      found.push(`${name} has entries and no balance`)
  return found
}

export function sumBy(entries: readonly Entry[], nameOf: (entry: Entry) => string): Map<string, bigint> {
  const sums = new Map<string, bigint>()
  for (const entry of entries) sums.set(nameOf(entry), (sums.get(nameOf(entry)) ?? 0n) + entry.amount)
  return sums
}

function mayOwe(account: string): boolean {
  return account === 'supply' || account === 'outside' || account === 'loss' || /^(world|receivable):/.test(account)
}
