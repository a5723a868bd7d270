import { messageOf } from '@species/testing'
import { describe, expect, it } from 'vitest'
import { cashierModule } from '../index.ts'
import { bookObservations } from './book-observations.ts'
import { audit, balances, database, fund, give, openLedger, settle, transfer, world } from './test-flows.ts'

openLedger()

describe('units seen outside', () => {
  const observed = (vaultUnits: bigint, ledgerVersion: bigint) =>
    bookObservations(world.deps, [
      messageOf('vault.observed', 'user:alice', { account: 'user:alice', vaultUnits, ledgerVersion }),
    ])
  const version = async () => (await cashierModule.queries(database).units(['user:alice']))[0]?.version ?? 0n

  it('come in once for one look', async () => {
    await give(1, 'alice', 5n)
    const seen = await version()
    await observed(9n, seen)
    await observed(9n, seen)
    expect(await balances()).toMatchObject({ 'user:alice SPECIES': '9/0', 'outside SPECIES': '-4/0' })
  })

  it('of a user never seen before come in too', async () => {
    await observed(9n, 0n)
    expect(await balances()).toEqual({ 'user:alice SPECIES': '9/0', 'outside SPECIES': '-9/0' })
  })

  it('go out', async () => {
    await give(1, 'alice', 5n)
    await observed(1n, await version())
    expect(await balances()).toMatchObject({ 'user:alice SPECIES': '1/0', 'outside SPECIES': '4/0' })
    expect(await audit()).toEqual([])
  })

  it('mean nothing once the balance has moved on', async () => {
    await give(1, 'alice', 5n)
    const seen = await version()
    await settle(await fund(2, transfer(1n)))
    await observed(9n, seen)
    expect(await balances()).toMatchObject({ 'user:alice SPECIES': '4/0' })
  })

  it('mean nothing while an event in flight brings or takes units, however many others are in flight', async () => {
    await give(1, 'alice', 5n)
    await give(2, 'bob', 5n)
    await database.query(
      `INSERT INTO cashier.fundings (event_key, outcome, funding, decided_at)
       SELECT ('01930000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'funded', '{"lines":[]}', $1 FROM generate_series(1, 10000) n`,
      [new Date(0).toISOString()],
    )
    await fund(3, { intent: 'TRANSFER', from: 'bob', to: 'alice', match: { units: 2n } })
    await observed(7n, await version())
    expect(await balances()).toMatchObject({ 'user:alice SPECIES': '5/0' })
    expect((await cashierModule.queries(database).inFlight()).events.length).toBe(10_001)
  })
})
