import type { Database, Sql } from '@species/database'

/** Known bugs, put in at the edges so that no production file has a switch: tests show that the simulation finds each. */
export const plantedBugs = ['acknowledge-before-publish', 'claim-without-key', 'settle-without-hold'] as const
export type PlantedBug = (typeof plantedBugs)[number]

/**
 * The database with one of the bugs in it:
 * - `claim-without-key`: the keys that make a payment claimable once are not in the schema;
 * - `settle-without-hold`: what is held is never written, and settling takes for held whatever it needs.
 * `acknowledge-before-publish` is the bus's own, and leaves the database alone.
 */
export async function withPlantedBug(database: Database, planted: PlantedBug | undefined): Promise<Database> {
  if (planted === 'claim-without-key')
    await database.script(
      'ALTER TABLE validator.claims DROP CONSTRAINT claims_pkey; DROP INDEX validator.claims_standing',
    )
  return planted === 'settle-without-hold' ? withoutHolds(database) : database
}

const writesBalances = 'UPDATE cashier.balances b SET posted = r.posted, held = r.held'
const readsBalances = 'SELECT b.account, b.asset, b.posted, b.held FROM cashier.balances b'
const locksFundings = /FROM cashier\.fundings[^;]*FOR UPDATE/

function withoutHolds(database: Database): Database {
  return {
    ...database,
    transaction: (work) =>
      database.transaction((tx) => {
        // Who locks the row of a funding is about to settle or to release it.
        let ends = false
        const altered: Sql = {
          query: (text, parameters) => {
            ends ||= locksFundings.test(text)
            if (text.startsWith(writesBalances)) return tx.query(text.replace('held = r.held', 'held = 0'), parameters)
            if (ends && text.startsWith(readsBalances))
              return tx.query(text.replace('b.held', 'greatest(b.posted, 0) AS held'), parameters)
            return tx.query(text, parameters)
          },
        }
        return work(altered)
      }),
  }
}
