import { about } from '@species/bus'
import { z } from 'zod'
import { type VaultComparison, compareVaults } from './compare-vaults.ts'
import type { FloorManagerDeps } from './deps.ts'

const differenceSchema = z.strictObject({
  account: z.string(),
  vault: z.string(),
  vaultUnits: z.string(),
  ledgerUnits: z.string(),
})
export const reconciliationSchema = z.strictObject({
  compared: z.number(),
  observed: z
    .array(differenceSchema)
    .describe('handed to the cashier, who books them against `outside` down to what is available'),
  needsPerson: z.array(differenceSchema).describe('the market’s own vaults, which nobody uses outside'),
  unanswered: z.array(z.string()).describe('vaults that Onli Cloud does not tell about'),
})
type Breaks = VaultComparison['breaks']
export type Reconciliation = Readonly<z.infer<typeof reconciliationSchema>>

/** Compares every vault with the ledger and has the cashier book what users moved outside the marketplace. */
export async function reconcile(deps: FloorManagerDeps): Promise<Reconciliation> {
  const { compared, breaks, unanswered } = await compareVaults(deps)
  const outside = breaks.filter((one) => one.account.startsWith('user:'))
  const own = breaks.filter((one) => !one.account.startsWith('user:'))
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
  for (const one of own)
    deps.log.error(
      {
        account: one.account,
        vault: one.vault,
        vaultUnits: one.vaultUnits.toString(),
        ledgerUnits: one.units.toString(),
      },
      'a vault of the market differs from the ledger',
    )
  observe(deps, { outside, own, unanswered: unanswered.length })
  const said = (one: (typeof breaks)[number]): Reconciliation['observed'][number] => ({
    account: one.account,
    vault: one.vault,
    vaultUnits: one.vaultUnits.toString(),
    ledgerUnits: one.units.toString(),
  })
  return { compared, observed: outside.map(said), needsPerson: own.map(said), unanswered }
}

function observe(
  { metrics, clock }: FloorManagerDeps,
  found: Readonly<Record<'outside' | 'own', Breaks>> & { readonly unanswered: number },
): void {
  const units = (breaks: Breaks): number =>
    breaks.reduce((sum, one) => sum + Math.abs(Number(one.vaultUnits - one.units)), 0)
  metrics.vaultDifferenceUnits.set({ owner: 'users' }, units(found.outside))
  metrics.vaultDifferenceUnits.set({ owner: 'market' }, units(found.own))
  metrics.unansweredVaults.set(found.unanswered)
  metrics.reconciledAtSeconds.set(clock.now() / 1_000)
}
