import { about } from '@species/bus'
import { type VaultComparison, compareVaults } from './compare-vaults.ts'
import type { ReconciliationDeps } from './deps.ts'
import type { Finding } from '../domain/difference.ts'
import type { Look } from './keep-findings.ts'

type Breaks = VaultComparison['breaks']

/**
 * Compares every vault with the ledger and has the cashier book what users moved outside the marketplace. The market's own vaults, which
 * no user moves, are for a person.
 */
export async function lookAtVaults(deps: ReconciliationDeps): Promise<Look> {
  const { compared, breaks, unanswered } = await compareVaults(deps)
  const outside = breaks.filter(isUser)
  const trace = `00-${Buffer.from(deps.ids.bytes(16)).toString('hex')}-${Buffer.from(deps.ids.bytes(8)).toString('hex')}-01`
  const notices = outside.map(({ account, vaultUnits, version }) =>
    about(
      'vault.observed',
      { trace },
      { key: account, partitionKey: account },
      { account, vaultUnits, ledgerVersion: version },
    ),
  )
  if (notices.length > 0) await deps.bus.publish(notices)
  observe(deps, breaks, unanswered.length)
  return {
    findings: breaks.map(findingOf),
    compared,
    notCompared: unanswered.map((vault) => `Onli Cloud does not tell what vault ${vault} holds`),
    covers: (subject) => !unanswered.includes(subject.split(' ')[1] ?? ''),
  }
}

const isUser = ({ account }: Pick<Breaks[number], 'account'>): boolean => account.startsWith('user:')

function findingOf(one: Breaks[number]): Finding {
  return {
    class: isUser(one) ? 'user_vault' : 'market_vault',
    subject: `${one.account} ${one.vault}`,
    asset: 'SPECIES',
    amount: one.vaultUnits - one.units,
    cause: isUser(one)
      ? 'Units were moved outside the marketplace.'
      : 'Onli Cloud moved units, or says so, without an event of ours.',
    facts: { vaultUnits: one.vaultUnits.toString(), ledgerUnits: one.units.toString() },
    isSure: true,
  }
}

function observe({ metrics }: ReconciliationDeps, breaks: Breaks, unanswered: number): void {
  const units = (some: Breaks): number =>
    some.reduce((sum, one) => sum + Math.abs(Number(one.vaultUnits - one.units)), 0)
  metrics.vaultDifferenceUnits.set({ owner: 'users' }, units(breaks.filter(isUser)))
  metrics.vaultDifferenceUnits.set({ owner: 'market' }, units(breaks.filter((one) => !isUser(one))))
  metrics.unansweredVaults.set(unanswered)
}
