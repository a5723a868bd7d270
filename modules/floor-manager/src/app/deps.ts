import type {
  AssetLedger,
  AssetManagerQueries,
  CashierQueries,
  ConfigReader,
  FloorManagerQueries,
  MatchingQueries,
  ValidatorQueries,
} from '@species/contracts'
import type { Bus } from '@species/bus'
import type { Database } from '@species/database'
import type { SecondPerson } from '@species/flow'
import type { Clock, Ids, Logger, Metrics, Sealer } from '@species/platform'
import type { ReceiptSigner } from '../adapters/receipt-signer.ts'

/** What the floor-manager needs from outside. */
export interface FloorManagerDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Logger
  readonly metrics: Metrics
  readonly config: ConfigReader
  readonly onli: Pick<AssetLedger, 'verify'>
  readonly signer: ReceiptSigner
  /** Seals the private halves of the keys that receipts are signed with. */
  readonly sealer: Sealer
  readonly secondPerson: SecondPerson
  /** Whether any partner is the sandbox: receipts say so. */
  readonly sandbox: boolean
  readonly queries: {
    readonly cashier: CashierQueries
    readonly floorManager: FloorManagerQueries
    readonly validator: Pick<ValidatorQueries, 'stageOf'>
    readonly matching: Pick<MatchingQueries, 'stageOf'>
    readonly assetManager: Pick<AssetManagerQueries, 'stageOf'>
  }
}
