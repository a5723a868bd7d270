import { type Chain, chains } from '@species/contracts'
import { formatUsdt } from '@species/kernel'
import { type Outflow, explainOutflow, openOutflows } from '../adapters/outflow-rows.ts'
import type { Finding } from '../domain/difference.ts'
import { type Judged, judgeOutflows } from '../domain/judge-outflow.ts'
import { walletsOf } from '../domain/wallets.ts'
import type { ReconciliationDeps } from './deps.ts'
import type { Look } from './keep-findings.ts'
import { watchOutflows } from './watch-outflows.ts'

/** The name of an outflow: its difference, its booking and its halt are named by it. */
export function outflowName({ chain, hash, fromAddress, toAddress, rawValue, nth }: Outflow): string {
  return [chain, hash, fromAddress, toAddress, rawValue, nth].join(' ')
}

/**
 * Finds what left our wallets without a payout and without a move between two of ours. It halts payouts in the transaction that says so,
 * before anything else is done.
 */
export async function compareOutflows(deps: ReconciliationDeps): Promise<Look> {
  const { config } = await deps.config.current()
  const history = await deps.config.chainHistory()
  const findings: Finding[] = []
  const notCompared: string[] = []
  const judged = new Set<Chain>()
  let compared = 0
  await Promise.all(
    chains.map(async (chain) => {
      const wallets = walletsOf(chain, history)
      if (wallets.all.size === 0) return
      const scout = deps.chainScouts.find((one) => one.chains.includes(chain))
      const { halted, confirmations } = config.chains[chain]
      if (!scout) notCompared.push(`${chain} has no reader`)
      else if (halted) notCompared.push(`${chain} is halted: what it shows is not believed`)
      else {
        const why = await watchOutflows(deps, { chain, scout, wallets, confirmations })
        if (why !== undefined) notCompared.push(why)
        const found = await judgeChain(deps, chain, wallets.all)
        findings.push(...found.findings)
        compared += found.compared
        judged.add(chain)
      }
    }),
  )
  return {
    findings,
    compared,
    notCompared,
    covers: (subject) => chains.some((chain) => judged.has(chain) && subject.startsWith(`${chain} `)),
  }
}

/** Judges in one transaction what is open of a chain; what is unexplained halts payouts with the same commit. */
async function judgeChain(
  deps: ReconciliationDeps,
  chain: Chain,
  ours: ReadonlySet<string>,
): Promise<{ findings: Finding[]; compared: number }> {
  return await deps.database.transaction(async (tx) => {
    const outflows = await openOutflows(tx, chain)
    if (outflows.length === 0) return { findings: [], compared: 0 }
    const holders = await deps.claims(tx).holders(outflows)
    const payouts = await deps.ask.payouts(tx).payoutsTo(chain, [...new Set(outflows.map((one) => one.toAddress))])
    const judged = judgeOutflows(outflows, { ours, holders, payouts })
    const findings: Finding[] = []
    for (const [index, outflow] of outflows.entries()) {
      const verdict = judged[index]
      if (!verdict) continue
      if (verdict.is !== outflow.explained) await explainOutflow(tx, outflow, verdict.is)
      if (verdict.is === 'unexplained') findings.push(findingOf(outflow, verdict))
    }
    for (const { subject, cause, facts } of findings)
      await deps.haltPayouts(tx, {
        cause: `outflow:${subject}`,
        reason: `${facts['amount'] ?? ''} USDT left a wallet of ours without a payout. ${cause}`,
        by: 'reconciliation',
      })
    return { findings, compared: outflows.length }
  })
}

function findingOf(outflow: Outflow, { cause, payoutId }: Extract<Judged, { is: 'unexplained' }>): Finding {
  return {
    class: 'unexplained_outflow',
    subject: outflowName(outflow),
    asset: 'USDT',
    amount: -outflow.amountMicro,
    cause,
    facts: {
      amount: formatUsdt(outflow.amountMicro),
      chain: outflow.chain,
      hash: outflow.hash,
      from: outflow.fromAddress,
      to: outflow.toAddress,
      minedAt: new Date(outflow.blockTimeMs).toISOString(),
      ...(payoutId === undefined ? {} : { payoutId }),
    },
    isSure: true,
  }
}
