import { defaultConfig, ensureFirstVersion } from '@species/config'
import { type MarketplaceConfig, chains, familyOf, forEveryChain } from '@species/contracts'
import { type Database, type Sql, migrate } from '@species/database'
import { marketplaceMigrations } from '@species/marketplace'
import { manualClock } from '@species/testing'
import { openEngine } from './engine.ts'
import { depositAddress, simulatedChain } from './partners/chain.ts'
import { marketVaults } from './partners/vaults.ts'
import { type PlantedBug, withPlantedBug } from './planted.ts'

/** When every history begins. */
export const startMs = Date.UTC(2026, 0, 15)

/** Fees and prices as the checker knows them: written here, and not asked of the modules. */
export const fees = { buyTreasury: 50n, buyMarket: 50n, redeem: 25n } as const

/** Deadlines of a minute or so, so that a history sees them pass. */
const secondMs = 1_000
function simulatedConfig(): MarketplaceConfig {
  const tron = 'TJcEoDhS5UNbnR6zw6wF21FSbdBro4kxNe'
  const config = defaultConfig({
    depositAddresses: forEveryChain((chain) => [familyOf(chain) === 'EVM' ? depositAddress : tron]),
    escrowVault: marketVaults.escrow,
    poolVault: marketVaults.liquidityPool,
  })
  const [ours] = chains.filter((chain) => chain === simulatedChain)
  if (!ours) throw new Error('the simulated chain is none of ours')
  return {
    ...config,
    feeBasisPoints: { buyTreasury: 50, buyMarket: 50, sell: 0, redeem: 25 },
    chains: { ...config.chains, [ours]: { ...config.chains[ours], confirmations: 3 } },
    recheckMultiples: [2, 8],
    // The pools of a history are small, and redemptions are to be played.
    poolShareBasisPoints: 6_000,
    vanishedAfterMs: 20 * secondMs,
    deadlines: {
      paymentMs: 60 * secondMs,
      paymentWatchMs: 90 * secondMs,
      consentMs: 40 * secondMs,
      redeemConsentMs: 40 * secondMs,
      unknownMs: 60 * secondMs,
      eventMs: 400 * secondMs,
    },
  }
}

/** One database for all histories of a worker: migrated once, emptied between histories. */
export interface Stage {
  readonly database: Database
  empty(): Promise<void>
  close(): Promise<void>
}

/** So many histories from one checkpoint to the next: until then the log and the files of emptied tables stay in memory. */
const checkpointEvery = 20

export async function openStage(planted: PlantedBug | undefined): Promise<Stage> {
  const raw = await openEngine()
  await migrate(raw, await marketplaceMigrations(), manualClock(startMs))
  await ensureFirstVersion(raw, simulatedConfig(), manualClock(startMs))
  // The migrations write rows that modules count on: what is there before the first history stays.
  const kept = new Set(await tablesWithRows(raw))
  const database = await withPlantedBug(raw, planted)
  let emptied = 0
  return {
    database,
    async empty() {
      if (++emptied % checkpointEvery === 0) await raw.script('CHECKPOINT')
      const written = (await tablesWithRows(raw)).filter((name) => !kept.has(name))
      if (written.length === 0) return
      // Between two histories also what a trigger keeps for ever is emptied.
      await raw.script(
        `SET session_replication_role = replica; TRUNCATE ${written.join(', ')} RESTART IDENTITY CASCADE; RESET session_replication_role`,
      )
    },
    close: () => raw.close(),
  }
}

/** Only tables that have been written to: emptying one costs more than most histories write. */
async function tablesWithRows(sql: Sql): Promise<string[]> {
  // Postgres's own have smaller oids.
  const rows = await sql.query<{ name: string }>(
    `SELECT oid::regclass::text AS name FROM pg_class WHERE oid >= 16384 AND relkind = 'r' AND pg_relation_size(oid) > 0 ORDER BY 1`,
  )
  return rows.map(({ name }) => name)
}
