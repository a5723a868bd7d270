import { type Chain, chains } from '@species/contracts'
import { accounts, formatUsdt } from '@species/kernel'
import type { Finding } from '../domain/difference.ts'
import type { ReconciliationDeps } from './deps.ts'
import type { Look } from './keep-findings.ts'
import { inOneMoment } from './one-moment.ts'

/** As many deposits as one answer has at most. */
const mostStanding = 10_000

/** Compares `suspense:<chain>` with the deposits that are in suspense. */
export async function compareSuspense(deps: ReconciliationDeps): Promise<Look> {
  const findings: Finding[] = []
  const tooMany: string[] = []
  for (const chain of chains) {
    const found = await compareChain(deps, chain)
    if (found === 'too_many') tooMany.push(accounts.suspense(chain))
    else findings.push(...found)
  }
  return {
    findings,
    compared: chains.length - tooMany.length,
    notCompared: tooMany.map((name) => `more transfers are in ${name} than one comparison reads`),
    covers: (subject) => !tooMany.includes(subject),
  }
}

async function compareChain(deps: ReconciliationDeps, chain: Chain): Promise<Finding[] | 'too_many'> {
  const { ask } = deps
  const seen = await inOneMoment(deps, async (tx) => {
    const [balance] = (await ask.cashier(tx).balances([accounts.suspense(chain)])).filter(
      ({ asset }) => asset === 'USDT',
    )
    const deposits = await ask.deposits(tx).suspended(chain)
    if (deposits.length >= mostStanding) return undefined
    const holders = await deps.claims(tx).holders(deposits)
    const waiting = deposits.filter((_, index) => holders[index]?.kind === 'suspense')
    const leaving = (await ask.validator(tx).uncredited()).filter((one) => one.chain === chain && one.fromSuspense)
    const micro = [...waiting, ...leaving].reduce((sum, { amountMicro }) => sum + amountMicro, 0n)
    return { booked: balance?.posted ?? 0n, expected: micro }
  })
  if (!seen) return 'too_many'
  const { booked, expected } = seen
  if (booked === expected) return []
  return [
    {
      class: 'suspense_balance',
      subject: accounts.suspense(chain),
      asset: 'USDT',
      amount: expected - booked,
      cause: 'A booking into or out of suspense was lost or made twice.',
      facts: { ledger: formatUsdt(booked), deposits: formatUsdt(expected) },
      isSure: true,
    },
  ]
}
