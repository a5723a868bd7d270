import type { Line, PostedLine, Shortfall } from '@species/contracts'
import { type Asset, Bug, assert, maxQuantity, mayGoNegative } from '@species/kernel'

export interface Balance {
  readonly account: string
  readonly asset: Asset
  posted: bigint
  held: bigint
}

/**
 * The balances of one batch, in memory, while their rows are locked. Nothing here can make a transfer that does not sum to
 * zero or take an account below zero that may not be there.
 */
export class LedgerBook {
  readonly #balances = new Map<string, Balance>()
  readonly #touched = new Set<string>()

  constructor(balances: readonly Balance[]) {
    for (const balance of balances) this.#balances.set(keyOf(balance), { ...balance })
  }

  available(account: string, asset: Asset): bigint {
    const balance = this.#at(account, asset)
    return balance.posted - balance.held
  }

  /** What the account has, held or not. */
  posted(account: string, asset: Asset): bigint {
    return this.#at(account, asset).posted
  }

  /** The first line that its account cannot pay from what is free, if any. Lines of one account and asset are one. */
  shortfall(lines: readonly Line[]): Shortfall | undefined {
    for (const { account, asset, amount } of mergeLines(lines)) {
      if (amount >= 0n || mayGoNegative(account)) continue
      const available = this.available(account, asset)
      if (available < -amount) return { account, asset, available, needed: -amount }
    }
    return undefined
  }

  /** Sets the debits aside. A shortfall is a bug here: ask {@link shortfall} first. */
  hold(lines: readonly Line[]): void {
    assertBalanced(lines)
    assert(this.shortfall(lines) === undefined, 'a hold is covered')
    for (const line of heldPart(lines)) this.#change(line, 0n, -line.amount)
  }

  /** Gives a hold back. */
  release(lines: readonly Line[]): void {
    for (const line of heldPart(lines)) this.#change(line, 0n, line.amount)
  }

  /** Posts a transfer at once. */
  post(lines: readonly Line[]): PostedLine[] {
    assertBalanced(lines)
    assert(this.shortfall(lines) === undefined, 'a transfer is covered')
    return lines.map((line) => ({ ...line, balanceAfter: this.#change(line, line.amount, 0n) }))
  }

  /** Posts a transfer whose debits are held. */
  settle(lines: readonly Line[]): PostedLine[] {
    this.release(lines)
    return this.post(lines)
  }

  /** The balances that were changed, as they are now. */
  changed(): Balance[] {
    return [...this.#touched].flatMap((key) => this.#balances.get(key) ?? [])
  }

  #at(account: string, asset: Asset): Balance {
    const balance = this.#balances.get(keyOf({ account, asset }))
    if (!balance) throw new Bug(`the balance of ${account} in ${asset} was not locked`)
    return balance
  }

  #change(line: Line, posted: bigint, held: bigint): bigint {
    const balance = this.#at(line.account, line.asset)
    balance.posted += posted
    balance.held += held
    assert(balance.held >= 0n, `nothing is released twice (${line.account})`)
    assert(balance.posted < maxQuantity && balance.posted > -maxQuantity, `${line.account} stays within 64 bits`)
    assert(mayGoNegative(line.account) || balance.posted >= balance.held, `${line.account} is not overdrawn`)
    this.#touched.add(keyOf(line))
    return balance.posted
  }
}

export function keyOf(of: { account: string; asset: string }): string {
  return `${of.account}\u0000${of.asset}`
}

/** One line an account and asset, in the order of their first appearance; lines of nothing vanish. */
export function mergeLines(lines: readonly Line[]): Line[] {
  // Nearly always there is nothing to merge, and this is asked at each step of an event.
  if (areDistinct(lines)) return lines.filter((line) => line.amount !== 0n)
  const merged = new Map<string, Line>()
  for (const line of lines) {
    const before = merged.get(keyOf(line))
    merged.set(keyOf(line), before ? { ...before, amount: before.amount + line.amount } : line)
  }
  return [...merged.values()].filter((line) => line.amount !== 0n)
}

function areDistinct(lines: readonly Line[]): boolean {
  if (lines.length > 16) return false
  return lines.every(({ account, asset }, index) => {
    for (let before = 0; before < index; before++)
      if (lines[before]?.account === account && lines[before]?.asset === asset) return false
    return true
  })
}

/** The lines of which a hold sets something aside: the balances that it changes, and no others. */
export function heldPart(lines: readonly Line[]): Line[] {
  return mergeLines(lines).filter((line) => line.amount < 0n && !mayGoNegative(line.account))
}

function assertBalanced(lines: readonly Line[]): void {
  const sums = { USDT: 0n, SPECIES: 0n }
  for (const line of lines) sums[line.asset] += line.amount
  assert(sums.USDT === 0n && sums.SPECIES === 0n, 'every transfer sums to zero in each asset')
}
