import type { Clock } from '@species/platform'
import { toTimestamp } from '@species/platform'
import type { Database } from '@species/database'
import type { DeadLetters } from './process-batch.ts'

export interface DeadLetterRow {
  readonly consumer: string
  readonly key: string
  readonly topic: string
  readonly cause: string
  readonly attempts: number
  readonly parkedAtMs: number
}

/** A letter with what it says. */
export interface DeadLetter extends DeadLetterRow {
  readonly partition: number
  readonly trace: string
  readonly body: unknown
}

export interface DeadLetterStore extends DeadLetters {
  /** The parked ones, oldest first. */
  list(): Promise<DeadLetterRow[]>
  find(consumer: string, key: string): Promise<DeadLetter | undefined>
  /** Forgets a letter as it was read, and how often its message failed. One that has failed again since then stays. */
  remove(read: Pick<DeadLetterRow, 'consumer' | 'key' | 'attempts' | 'parkedAtMs'>): Promise<void>
  /** How many are parked, and since when the oldest is. */
  summary(): Promise<{ parked: number; oldestAtMs: number | undefined }>
  /** Forgets counts that have not grown since then: their messages were worked on after all. */
  forgetCounts(beforeMs: number): Promise<void>
}

/** SQL that holds for what is not parked as a dead letter of this consumer or job; `key` is the expression of its key as text. */
export function unparked(consumer: string, key: string): string {
  return `NOT EXISTS (SELECT 1 FROM runtime.dead_letters d WHERE d.consumer = '${consumer}' AND d.key = ${key} AND d.parked_at IS NOT NULL)`
}

interface Row {
  consumer: string
  key: string
  topic: string
  cause: string
  attempts: number
  parked_at: Date
}
const columns = 'consumer, key, topic, cause, attempts, parked_at'
const fromRow = ({ parked_at, ...row }: Row): DeadLetterRow => ({ ...row, parkedAtMs: parked_at.getTime() })

/** Dead letters in the database: what failed alone too often, with its cause, until the operator retries it. */
export function createDeadLetters(database: Database, clock: Clock): DeadLetterStore {
  return {
    async countAttempt(consumer, key) {
      const [row] = await database.query<{ attempts: number }>(
        `INSERT INTO runtime.dead_letters (consumer, key, attempts, counted_at) VALUES ($1, $2, 1, $3)
         ON CONFLICT (consumer, key) DO UPDATE SET attempts = runtime.dead_letters.attempts + 1, counted_at = excluded.counted_at
         RETURNING attempts`,
        [consumer, key, toTimestamp(clock.now())],
      )
      return row?.attempts ?? 1
    },
    async park({ consumer, message, cause, attempts }) {
      // The count may have been forgotten since it was read: a letter is kept nevertheless.
      await database.query(
        `INSERT INTO runtime.dead_letters AS d (consumer, key, topic, partition, trace, body, cause, parked_at, attempts)
         VALUES ($1, $2, $3, $4, $5, $6::text::jsonb, $7, $8, $9)
         ON CONFLICT (consumer, key) DO UPDATE SET topic = excluded.topic, partition = excluded.partition, trace = excluded.trace,
           body = excluded.body, cause = excluded.cause, parked_at = excluded.parked_at,
           attempts = greatest(d.attempts, excluded.attempts)`,
        [
          consumer,
          message.key,
          message.topic,
          message.partition,
          message.trace,
          storable(message.body),
          storableText(cause),
          toTimestamp(clock.now()),
          attempts,
        ],
      )
    },
    async list() {
      const rows = await database.query<Row>(
        `SELECT ${columns} FROM runtime.dead_letters WHERE parked_at IS NOT NULL ORDER BY parked_at LIMIT 1000`,
      )
      return rows.map(fromRow)
    },
    async find(consumer, key) {
      const [row] = await database.query<Row & { partition: number; trace: string; body: unknown }>(
        `SELECT ${columns}, partition, trace, body FROM runtime.dead_letters
         WHERE consumer = $1 AND key = $2 AND parked_at IS NOT NULL`,
        [consumer, key],
      )
      return row && { ...fromRow(row), partition: row.partition, trace: row.trace, body: row.body }
    },
    async remove({ consumer, key, attempts, parkedAtMs }) {
      await database.query(
        'DELETE FROM runtime.dead_letters WHERE consumer = $1 AND key = $2 AND attempts = $3 AND parked_at = $4',
        [consumer, key, attempts, toTimestamp(parkedAtMs)],
      )
    },
    async summary() {
      const [row] = await database.query<{ parked: bigint; oldest: Date | null }>(
        'SELECT count(*) AS parked, min(parked_at) AS oldest FROM runtime.dead_letters WHERE parked_at IS NOT NULL',
      )
      return { parked: Number(row?.parked ?? 0n), oldestAtMs: row?.oldest?.getTime() }
    },
    async forgetCounts(beforeMs) {
      await database.query('DELETE FROM runtime.dead_letters WHERE parked_at IS NULL AND counted_at < $1', [
        toTimestamp(beforeMs),
      ])
    },
  }
}

/** JSON of a body that Postgres takes whatever the body holds: a letter that cannot be kept would come again for ever. */
function storable(body: unknown): string {
  return JSON.stringify(body, (_key, value: unknown) => {
    if (typeof value === 'bigint') return value.toString()
    return typeof value === 'string' ? storableText(value) : value
  })
}

/** Postgres stores neither NUL nor half a surrogate pair. */
function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd')
}
