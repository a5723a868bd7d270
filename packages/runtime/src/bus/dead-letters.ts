import { encodeBody } from '@species/contracts'
import type { Clock } from '../clock.ts'
import { type Database, toTimestamp } from '../database/database.ts'
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
  /** Forgets a letter, and how often its message failed. */
  remove(consumer: string, key: string): Promise<void>
  /** How many are parked, and since when the oldest is. */
  summary(): Promise<{ parked: number; oldestAtMs: number | undefined }>
  /** Forgets counts that have not grown since then: their messages were worked on after all. */
  forgetCounts(beforeMs: number): Promise<void>
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
    async park({ consumer, message, cause }) {
      await database.query(
        `UPDATE runtime.dead_letters SET topic = $3, partition = $4, trace = $5, body = $6::text::jsonb, cause = $7, parked_at = $8
         WHERE consumer = $1 AND key = $2`,
        [
          consumer,
          message.key,
          message.topic,
          message.partition,
          message.trace,
          encodeBody(message.body),
          cause,
          toTimestamp(clock.now()),
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
    async remove(consumer, key) {
      await database.query('DELETE FROM runtime.dead_letters WHERE consumer = $1 AND key = $2', [consumer, key])
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
