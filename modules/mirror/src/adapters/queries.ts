import type { MirrorQueries } from '@species/contracts'
import type { Sql } from '@species/database'
import { bookAccountOf } from '../domain/chart.ts'
import { readAccounts } from './account-rows.ts'
import { readRefused } from './pair-rows.ts'

/** The mirror's answers to other modules. */
export function mirrorQueries(sql: Sql): MirrorQueries {
  return {
    async accounts() {
      const rows = await readAccounts(sql)
      return rows.map(({ control, asset, bookId, debit }) => ({
        name: bookAccountOf(control, asset).name,
        asset,
        bookId,
        written: debit,
      }))
    },
    refused: (limit) => readRefused(sql, limit),
  }
}
