import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { validatorModule } from '../index.ts'

let database: Database
beforeAll(async () => {
  database = await pgliteWith(validatorModule)
})
afterAll(() => database.close())

it('claims are told in pages, each once, as the ledger must have them; what credits nobody is not among them', async () => {
  await database.query(
    `INSERT INTO validator.claims (chain, tx_hash, log_index, life, event_key, payer, amount_micro, raw_value, from_address, to_address,
       block_number, block_time, trace, claimed_at, rechecks_done, missing, holder, credited_at, vanished_at, reversed_at)
     SELECT 'ETH', '0x' || n, 0, n % 2, CASE WHEN n % 5 = 4 THEN NULL ELSE gen_random_uuid() END, CASE WHEN n % 5 = 4 THEN NULL ELSE 'u' END, n + 1, n,
       'f', 't', n, $1, '', $1, 0, 0, CASE WHEN n % 5 = 4 THEN 'kept' ELSE 'event' END, CASE WHEN n % 5 <> 1 THEN $1 END,
       CASE WHEN n % 5 > 1 THEN $1 END, CASE WHEN n % 5 > 2 THEN $1 END
     FROM generate_series(0, 12499) AS n`.replaceAll('$1', '$1::timestamptz'),
    ['2026-01-01T00:00:00Z'],
  )
  const queries = validatorModule.queries(database)
  const standings = new Map<string, string>()
  let pages = 0
  for (let after: string | undefined = ''; after !== undefined; pages++) {
    const page = await queries.claimsFrom(after)
    for (const { transferId, standing } of page.claims) standings.set(transferId, standing)
    after = page.next
  }
  expect([pages, standings.size]).toEqual([3, 10_000])
  const told = ['payment:ETH:0x0:0', 'payment:ETH:0x1:0:1', 'payment:ETH:0x2:0', 'payment:ETH:0x3:0:1']
  expect(told.map((id) => standings.get(id))).toEqual(['booked', 'moving', 'moving', 'reversed'])
  expect(await queries.unclaimed([...told, 'payment:ETH:0x1:0', 'payment:BSC:0x0:0'])).toEqual([
    'payment:BSC:0x0:0',
    'payment:ETH:0x1:0',
  ])
})
