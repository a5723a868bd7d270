import { type Database, migrate, openPglite, readMigrations } from '@species/database'
import { manualClock } from '@species/testing'
import { expect, test } from 'vitest'
import { validatorModule } from './index.ts'

type Claim = [hash: string, logIndex: number, rawValue: number, vanished?: 'vanished']

async function claimed(database: Database, [hash, logIndex, rawValue, vanished]: Claim): Promise<void> {
  await database.query(
    `INSERT INTO validator.claims (chain, tx_hash, log_index, event_key, payer, amount_micro, raw_value, from_address, to_address,
       block_number, block_time, trace, claimed_at, rechecks_done, missing, vanished_at)
     VALUES ('ETH', $1, $2, '01900000-0000-7000-8000-000000000001', 'alice', 1, $3, 'from', 'to', 1, '2026-01-01', 't',
       '2026-01-01', 0, 0, $4)`,
    [hash, logIndex, rawValue, vanished ? '2026-01-02' : null],
  )
}

test('claims made before places were kept get theirs: in log order among those alike, what vanished apart', async () => {
  const database = await openPglite(undefined)
  const [first, ...later] = await readMigrations(validatorModule.name, validatorModule.migrations)
  if (!first) throw new Error('there is a first migration')
  await migrate(database, [first], manualClock())
  const before: Claim[] = [
    ['two alike', 11, 5],
    ['two alike', 4, 5],
    ['two alike', 7, 6],
    ['mined again', 4, 5, 'vanished'],
    ['mined again', 9, 5],
  ]
  for (const claim of before) await claimed(database, claim)
  await migrate(database, [first, ...later], manualClock())
  const rows = await database.query<{ tx_hash: string; log_index: number; nth: number }>(
    'SELECT tx_hash, log_index, nth FROM validator.claims ORDER BY tx_hash, log_index',
  )
  expect(rows.map((row) => [row.tx_hash, row.log_index, row.nth])).toEqual([
    ['mined again', 4, 0],
    ['mined again', 9, 0],
    ['two alike', 4, 0],
    ['two alike', 7, 0],
    ['two alike', 11, 1],
  ])
  await expect(claimed(database, ['mined again', 12, 5])).rejects.toThrow('claims_standing')
  await database.close()
})
