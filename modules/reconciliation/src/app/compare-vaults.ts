import type { InFlight } from '@species/contracts'
import { type Mirrored, isExplained } from '../domain/compare-vault.ts'
import type { ReconciliationDeps } from './deps.ts'

/**
 * A vault that differs from the ledger though nothing in flight explains it. The ledger's side was read before the vault: what
 * settled in between makes its version old, and the cashier then discards the difference.
 */
interface VaultBreak extends Mirrored {
  readonly vaultUnits: bigint
}

export interface VaultComparison {
  readonly compared: number
  readonly breaks: VaultBreak[]
  /** Vaults whose balance Onli Cloud would not tell. */
  readonly unanswered: string[]
}

const page = 500
const looks = 4

/** Compares every vault with the ledger, page by page. */
export async function compareVaults(deps: ReconciliationDeps): Promise<VaultComparison> {
  const result = { compared: 0, breaks: [] as VaultBreak[], unanswered: [] as string[] }
  for (let after: string | undefined = ''; after !== undefined;) {
    const part = await compareVaultsFrom(deps, after)
    result.compared += part.compared
    result.breaks.push(...part.breaks)
    result.unanswered.push(...part.unanswered)
    after = part.next
  }
  return result
}

/**
 * Compares the vaults of a page of users, after this one, with the ledger while both move: the ledger is read before and after the
 * vaults, and what differs is looked at again. Only what differs every time is a break. The market's own vaults come with the first page.
 */
export async function compareVaultsFrom(
  deps: ReconciliationDeps,
  after: string,
): Promise<VaultComparison & { readonly next?: string }> {
  const users = await deps.queries.authenticator.vaults(after, page)
  const accounts = [...(after === '' ? await ownAccounts(deps) : []), ...users.map(mirroredUser)]
  const found = await comparePage(deps, accounts)
  const last = users.at(-1)
  const next = last === undefined || users.length < page ? {} : { next: last.onliId }
  return { compared: accounts.length, ...found, ...next }
}

async function comparePage(
  deps: ReconciliationDeps,
  accounts: readonly Mirrored[],
): Promise<Pick<VaultComparison, 'breaks' | 'unanswered'>> {
  let suspects = accounts
  let breaks: VaultBreak[] = []
  let unanswered: string[] = []
  for (let look = 0; look < looks && suspects.length > 0; look++) {
    const before = await ledgerNow(deps, suspects)
    const outcomes = await deps.onli.balances(suspects.map((one) => one.vault))
    const after = await ledgerNow(deps, suspects)
    breaks = []
    unanswered = []
    suspects.forEach((suspect, index) => {
      const outcome = outcomes[index]
      if (outcome?.kind === 'yes') {
        const then = before.of(suspect)
        const now = after.of(suspect)
        if (isExplained(then, outcome.value, before.inFlight) || isExplained(now, outcome.value, after.inFlight)) return
        breaks.push({ ...then, vaultUnits: outcome.value })
      } else unanswered.push(suspect.vault)
    })
    const still = new Set([...breaks.map((one) => one.vault), ...unanswered])
    suspects = suspects.filter((suspect) => still.has(suspect.vault))
  }
  return { breaks, unanswered }
}

async function ledgerNow(
  deps: ReconciliationDeps,
  accounts: readonly Mirrored[],
): Promise<{ inFlight: InFlight[]; of: (one: Mirrored) => Mirrored }> {
  // In flight first: what settles in between is then still explained by its lines.
  const { events: inFlight } = await deps.queries.cashier.inFlight()
  const units = new Map(
    (await deps.queries.cashier.units(accounts.map((one) => one.account))).map((row) => [row.account, row]),
  )
  return {
    inFlight,
    of: (one) => ({
      ...one,
      units: units.get(one.account)?.units ?? 0n,
      version: units.get(one.account)?.version ?? 0n,
    }),
  }
}

async function ownAccounts(deps: ReconciliationDeps): Promise<Mirrored[]> {
  const { config } = await deps.config.current()
  return [
    { account: 'market:escrow', vault: config.vaults.escrow, units: 0n, version: 0n },
    { account: 'liquidity_pool', vault: config.vaults.liquidityPool, units: 0n, version: 0n },
  ]
}

function mirroredUser({ onliId, vaultId }: { onliId: string; vaultId: string }): Mirrored {
  return { account: `user:${onliId}`, vault: vaultId, units: 0n, version: 0n }
}
