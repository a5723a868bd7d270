import type { Database } from '@species/database'
import { postgresAnswers, postgresWith } from '@species/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reconciliationModule } from '../index.ts'
import { type World, createWorld, deposit, stranger } from '../test-world.ts'
import { publishSolvency } from './publish-solvency.ts'

describe.skipIf(!postgresAnswers)('processes at once, on Postgres [needs Postgres]', () => {
  let database: Database & { drop(): Promise<void> }
  let world: World
  beforeAll(async () => {
    database = await postgresWith(reconciliationModule)
    world = createWorld(database)
  })
  afterAll(() => database.drop())

  it('find one difference and halt once, and of those that book it at once one does', async () => {
    world.paid(1, 100n)
    world.chain.move(2, { from: deposit, to: stranger, micro: 7n })
    const reports = await Promise.all(Array.from({ length: 4 }, () => world.reconcile()))
    const ids = new Set(reports.flatMap(({ differences }) => differences.map((one) => one.differenceId)))
    expect([ids.size, world.halts.length]).toEqual([1, 1])
    const [differenceId = ''] = ids
    const close = (): Promise<{ status: number }> =>
      world.ask('POST', `/admin/v1/differences/${differenceId}/close`, { as: 'loss', reason: 'the key was stolen' })
    const closed = await Promise.all(Array.from({ length: 4 }, close))
    expect(closed.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400])
    expect(world.posted).toHaveLength(1)
    expect(await world.reconcile()).toMatchObject({ agrees: true })
  })

  it('sign one statement a day', async () => {
    world.balances.set('user:ann USDT', 5n)
    await Promise.all(Array.from({ length: 4 }, () => publishSolvency(world.deps)))
    const [row] = await database.query<{ statements: number; leaves: number }>(
      `SELECT (SELECT count(*)::integer FROM reconciliation.solvency) AS statements,
         (SELECT count(*)::integer FROM reconciliation.solvency_leaves) AS leaves`,
    )
    expect(row).toEqual({ statements: 1, leaves: 1 })
  })
})
