import type {
  AssetLedger,
  BookPort,
  Chain,
  ChainHistory,
  ChainPort,
  ConfigReader,
  ModuleQueries,
} from '@species/contracts'
import type { Bus } from '@species/bus'
import type { Database } from '@species/database'
import type { Ask, Surroundings } from '@species/flow'
import type { Clock, Ids, Logger, Metrics } from '@species/platform'

/** What reconciliation needs from outside. */
export interface ReconciliationDeps {
  readonly database: Database
  readonly bus: Pick<Bus, 'publish'>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Logger
  readonly metrics: Pick<
    Metrics,
    'vaultDifferenceUnits' | 'unansweredVaults' | 'reconciledAtSeconds' | 'differences' | 'oldestDifferenceSeconds'
  >
  readonly config: ConfigReader & ChainHistory
  readonly onli: Pick<AssetLedger, 'balances'>
  /** They tell what wallets hold, and what left them. A chain without one is not compared. */
  readonly chainScouts: readonly ChainPort[]
  /** Chains that the sandbox plays: its payers and payouts come from nowhere, so balances there say nothing. */
  readonly playChains: readonly Chain[]
  /** The operator's book; absent where none is kept. */
  readonly book?: BookPort
  /** Signs the statement of each day, as receipts are signed. */
  readonly signer: { signAs(typ: string, document: object): string }
  /** Whether any partner is the sandbox: statements say so. */
  readonly sandbox: boolean
  readonly ask: Ask
  /** Answers over the database. */
  readonly queries: ModuleQueries
  readonly ledger: Surroundings['ledger']
  readonly claims: Surroundings['claims']
  readonly haltPayouts: Surroundings['haltPayouts']
  readonly secondPerson: Surroundings['secondPerson']
}
