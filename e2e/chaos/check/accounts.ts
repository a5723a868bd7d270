import type { User } from '../traffic/users.ts'
import { type Tally, microOf, usdt, vaultOf } from './tally.ts'

interface Balance {
  readonly species: { readonly total: string; readonly held: string }
  readonly usdt: {
    readonly credit: { readonly total: string; readonly held: string }
    readonly payable: string
    readonly receivable: string
  }
}
interface Line {
  readonly transferId: string
  readonly account: string
  readonly asset: 'USDT' | 'SPECIES'
  readonly amount: string
}

/** What users are shown: their balances are what the tally says, nothing is held, and their statements add up to them. */
export async function accountFindings(users: readonly User[], tally: Tally): Promise<string[]> {
  const found: string[] = []
  for (const user of users) {
    const { onliId } = user
    const path = `/marketplace/v1/users/${onliId}`
    const balance = (await user.caller.call('GET', `${path}/balance`)) as Balance
    const must = {
      units: tally.units.get(vaultOf(onliId)) ?? 0n,
      credit: tally.credit.get(onliId) ?? 0n,
      payable: tally.payable.get(onliId) ?? 0n,
    }
    const differs = (what: string, is: bigint, wanted: bigint, shown: (value: bigint) => string = String): string[] =>
      is === wanted ? [] : [`${onliId} has ${what} ${shown(is)}, must have ${shown(wanted)}`]
    const credit = microOf(balance.usdt.credit.total)
    const payable = microOf(balance.usdt.payable)
    found.push(
      ...differs('units:', BigInt(balance.species.total), must.units),
      ...differs('credit:', credit, must.credit, usdt),
      ...differs('payable:', payable, must.payable, usdt),
      ...differs('receivable:', microOf(balance.usdt.receivable), 0n, usdt),
      ...differs('units held:', BigInt(balance.species.held), 0n),
      ...differs('credit held:', microOf(balance.usdt.credit.held), 0n, usdt),
    )
    const lines = await statement(user, path)
    const sumOf = (asset: Line['asset'], account: string): bigint =>
      lines
        .filter((line) => line.asset === asset && line.account === account)
        .reduce((sum, line) => sum + (asset === 'USDT' ? microOf(line.amount) : BigInt(line.amount)), 0n)
    found.push(
      ...differs('by the statement units:', sumOf('SPECIES', `user:${onliId}`), must.units),
      ...differs('by the statement credit:', sumOf('USDT', `user:${onliId}`), must.credit, usdt),
      ...differs('by the statement payable:', sumOf('USDT', `payable:${onliId}`), must.payable, usdt),
    )
  }
  return found
}

async function statement({ caller }: User, path: string): Promise<Line[]> {
  const lines: Line[] = []
  let cursor = ''
  for (;;) {
    const page = (await caller.call('GET', `${path}/transactions?limit=200${cursor}`)) as {
      transactions: Line[]
      nextCursor?: string
    }
    lines.push(...page.transactions)
    if (page.nextCursor === undefined) return lines
    cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`
  }
}
