import { poolMicro } from '../population.ts'
import type { Caller } from '../traffic/caller.ts'
import type { User } from '../traffic/users.ts'
import { type Tally, escrow, microOf, pool, usdt, vaultOf } from './tally.ts'

interface Amounts {
  readonly total: string
  readonly held: string
}
interface Balance {
  readonly species: Amounts
  readonly usdt: {
    readonly credit: Amounts
    readonly payable: string
    readonly receivable: string
  }
}
interface Account {
  readonly account: string
  readonly species: Amounts
  readonly usdt: Amounts
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

/**
 * What the marketplace itself has, as the operator is shown it: the treasury what units were sold for, fees what the receipts say,
 * the pool what was put in less what it paid, and units as they went to pool and escrow. Nothing of it is held.
 */
export async function marketFindings(operator: Pick<Caller, 'call'>, { market, units }: Tally): Promise<string[]> {
  const { accounts } = (await operator.call('GET', '/admin/v1/accounts')) as { accounts: Account[] }
  const must: Readonly<Record<string, { micro: bigint; units: bigint }>> = {
    treasury: { micro: market.treasury, units: 0n },
    fees: { micro: market.fees, units: 0n },
    liquidity_pool: { micro: poolMicro + market.pool, units: units.get(pool) ?? 0n },
    'market:escrow': { micro: 0n, units: units.get(escrow) ?? 0n },
  }
  return Object.entries(must).flatMap(([name, wanted]) => {
    const own = accounts.find(({ account }) => account === name)
    if (!own) return [`the operator is not shown ${name}`]
    const differs = (what: string, is: string, wantedText: string): string[] =>
      is === wantedText ? [] : [`${name} has ${what} ${is}, must have ${wantedText}`]
    return [
      ...differs('USDT:', own.usdt.total, usdt(wanted.micro)),
      ...differs('units:', own.species.total, String(wanted.units)),
      ...differs('USDT held:', own.usdt.held, usdt(0n)),
      ...differs('units held:', own.species.held, '0'),
    ]
  })
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
