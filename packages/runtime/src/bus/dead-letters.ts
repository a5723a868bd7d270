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

/** Dead letters in the database: what failed alone too often, with its cause, until the operator retries it. */
export function createDeadLetters(
  database: Database,
  clock: Clock,
): DeadLetters & {
  list(): Promise<DeadLetterRow[]>
  /** Removes the letter and gives its message back for publication. */
  take(
    consumer: string,
    key: string,
  ): Promise<{ topic: string; partition: number; trace: string; body: unknown } | undefined>
} {
  return {
    async countAttempt(consumer, key) {
      const [row] = await database.query<{ attempts: number }>(
        `INSERT INTO runtime.dead_letters (consumer, key, attempts) VALUES ($1, $2, 1)
         ON CONFLICT (consumer, key) DO UPDATE SET attempts = runtime.dead_letters.attempts + 1 RETURNING attempts`,
        [consumer, key],
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
      const rows = await database.query<{
        consumer: string
        key: string
        topic: string
        cause: string
        attempts: number
        parked_at: Date
      }>(
        `SELECT consumer, key, topic, cause, attempts, parked_at FROM runtime.dead_letters
         WHERE parked_at IS NOT NULL ORDER BY parked_at LIMIT 1000`,
      )
      return rows.map(({ parked_at, ...row }) => ({ ...row, parkedAtMs: parked_at.getTime() }))
    },
    async take(consumer, key) {
      const [row] = await database.query<{ topic: string; partition: number; trace: string; body: unknown }>(
        `DELETE FROM runtime.dead_letters WHERE consumer = $1 AND key = $2 AND parked_at IS NOT NULL
         RETURNING topic, partition, trace, body`,
        [consumer, key],
      )
      return row
    },
  }
}
