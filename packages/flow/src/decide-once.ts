import { Fault } from '@species/kernel'
import type { Message, Outgoing } from '@species/bus'
import type { Database, Sql } from '@species/database'

/** How a module decides one kind of message: by a row of its own for each event. */
export interface Deciding<M extends Message, Row extends { readonly eventKey: string }, Context = undefined> {
  /** The rows of these events that are stored already. */
  read(sql: Sql, eventKeys: readonly string[]): Promise<ReadonlyMap<string, Row>>
  /** What the decision needs whatever the rows say: asked together with them, so that it costs no further round trip. */
  prepare?(sql: Sql): Promise<Context>
  /** Whether a stored row has still to be decided. Without this, a row is a decision. */
  isOpen?(row: Row, message: M): boolean
  /**
   * Decides the messages that no row decides yet, in accept order, and stores what was decided. Answers with the rows as they are stored
   * now. Where another process was faster it throws {@link assertFirst}'s Fault, or leaves the event out.
   */
  decide(sql: Sql, fresh: readonly M[], stored: Stored<Row, Context>): Promise<readonly Row[]>
  /** The messages that a row stands for: the same for ever, apart from what is only said when the decision `isNew`. */
  answer(message: M, row: Row, isNew: boolean): readonly Outgoing[]
}

export interface Stored<Row, Context> {
  readonly rows: ReadonlyMap<string, Row>
  readonly context: Context
}

/**
 * Decides each event of a batch once, in one transaction: reads the rows that are known, decides the fresh ones, stores their outcome, and
 * answers for all. However often a message comes, in whatever process, its answer is the one that was stored first.
 */
export async function decideOnce<M extends Message, Row extends { readonly eventKey: string }, Context = undefined>(
  database: Pick<Database, 'transaction'>,
  batch: readonly M[],
  deciding: Deciding<M, Row, Context>,
): Promise<Outgoing[]> {
  return await database.transaction((tx) => decideWith(tx, batch, deciding))
}

/**
 * The same where a partner is asked in between, which must not happen within a transaction: `decide` stores with statements that
 * change nothing which is decided already.
 */
export async function decideWith<M extends Message, Row extends { readonly eventKey: string }, Context = undefined>(
  sql: Sql,
  batch: readonly M[],
  deciding: Deciding<M, Row, Context>,
): Promise<Outgoing[]> {
  const keys = batch.map((message) => message.key)
  const [rows, context] = await Promise.all([deciding.read(sql, keys), deciding.prepare?.(sql) as Promise<Context>])
  const isFresh = (message: M): boolean => {
    const row = rows.get(message.key)
    return row === undefined || deciding.isOpen?.(row, message) === true
  }
  const fresh = batch.filter(isFresh)
  const decided = fresh.length === 0 ? [] : await deciding.decide(sql, fresh, { rows, context })
  const news = new Map(decided.map((row) => [row.eventKey, row]))
  return batch.flatMap((message) => {
    const row = news.get(message.key) ?? rows.get(message.key)
    return row === undefined ? [] : deciding.answer(message, row, news.has(message.key))
  })
}

/** Throws where not all rows were stored as the first of their events: the batch is given up, comes again, and finds the other's rows. */
export function assertFirst(stored: { readonly length: number }, decided: { readonly length: number }): void {
  if (stored.length === decided.length) return
  throw new Fault('decided_elsewhere', {
    retryable: true,
    publicMessage: 'Another process decided one of these events.',
  })
}
