import type { AssetLedger, ChainReader } from '@species/contracts'
import { Fault } from '@species/kernel'
import type { Database, Sql } from '@species/database'

/**
 * The life of one process. It may end wherever the process touches the world: before or after a statement, a commit, a call
 * to a partner, a publication. From then on it touches nothing any more.
 */
export class Life {
  #left = Infinity
  #dead = false

  get dead(): boolean {
    return this.#dead
  }

  /** The process dies at its n-th touch from now. */
  endAfter(touches: number): void {
    this.#left = touches
  }

  touch(): void {
    if (!this.#dead && --this.#left <= 0) this.#dead = true
    // Retryable, so that the runner does not count it against the event: nobody is left to count.
    if (this.#dead) throw new Fault('bus_unreachable', { retryable: true, publicMessage: 'The process is dead.' })
  }

  /** What a dying process never hears: the effect may have happened. */
  async through<T>(act: () => Promise<T>): Promise<T> {
    this.touch()
    const answer = await act()
    this.touch()
    return answer
  }
}

/** The database as a process that may die sees it: what was committed stays, what was not is gone. */
export function databaseOf(life: Life, database: Database): Database {
  const mortal = (sql: Sql): Sql => ({ query: (text, parameters) => life.through(() => sql.query(text, parameters)) })
  return {
    ...database,
    ...mortal(database),
    transaction: (work) =>
      life.through(() =>
        database.transaction(async (tx) => {
          const answer = await work(mortal(tx))
          life.touch()
          return answer
        }),
      ),
  }
}

/** Partners as a process that may die calls them. */
export function ledgerOf(life: Life, onli: AssetLedger): AssetLedger {
  return {
    honoursIdempotencyKeys: onli.honoursIdempotencyKeys,
    move: (requests) => life.through(() => onli.move(requests)),
    cancel: (refs) => life.through(() => onli.cancel(refs)),
    verify: (refs) => life.through(() => onli.verify(refs)),
    balances: (vaults) => life.through(() => onli.balances(vaults)),
    createVaults: (vaults) => life.through(() => onli.createVaults(vaults)),
  }
}

export function readerOf(life: Life, reader: ChainReader): ChainReader {
  return {
    chains: reader.chains,
    transaction: (...asked) => life.through(() => reader.transaction(...asked)),
  }
}
