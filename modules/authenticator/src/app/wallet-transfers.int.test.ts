import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { authenticatorModule } from '../index.ts'
import { applyTransfers, objectToTransfer } from './manage-wallets.ts'
import { type WalletWorld, addUsers, createWalletWorld } from './test-wallets.ts'

let database: Database
beforeAll(async () => {
  database = await pgliteWith(authenticatorModule)
  await addUsers(database, ['alice', 'bob'])
})
afterAll(() => database.close())

const world = (walletTransferMs: number): WalletWorld => createWalletWorld(database, walletTransferMs)

it('a wallet is transferred when the time to object has run out, and its payments of before stay its first owner’s', async () => {
  const { deps, clock, prove, ownerAt, owners } = world(172_800_000)
  await prove('alice')
  const asked = await prove('bob')
  if (!('transfer' in asked)) throw new Error('it is a request')
  clock.advance(172_800_000 - 1)
  await applyTransfers(deps)
  expect(await owners()).toEqual(['alice'])
  const before = clock.now()
  clock.advance(1)
  await applyTransfers(deps)
  expect(await owners()).toEqual(['bob'])
  expect([await ownerAt(before), await ownerAt(clock.now())]).toEqual(['alice', 'bob'])
  const { transferId } = asked.transfer
  expect(await objectToTransfer(deps, { onliId: 'alice', transferId })).toMatchObject({ ok: false })
})

it('where there is no time to object a newer proof transfers at once', async () => {
  const { clock, prove, ownerAt, owners } = world(0)
  await prove('alice')
  const before = clock.now()
  clock.advance(1_000)
  expect(await prove('bob')).toMatchObject({ wallet: { onliId: 'bob' } })
  expect(await owners()).toEqual(['bob'])
  expect([await ownerAt(before), await ownerAt(clock.now())]).toEqual(['alice', 'bob'])
})

const daysMs = (days: number): number => days * 86_400_000

it('a clock that is set forward takes from no owner the time in which they can object', async () => {
  const { deps, clock, prove, owners } = world(daysMs(2))
  await prove('alice')
  const asked = await prove('bob')
  if (!('transfer' in asked)) throw new Error('it is a request')
  clock.step(daysMs(100))
  await applyTransfers(deps)
  // Nor does the newer prover hurry it by proving once more.
  expect(await prove('bob')).toMatchObject({ transfer: { status: 'pending' } })
  expect(await owners()).toEqual(['alice'])
  const { transferId } = asked.transfer
  expect(await objectToTransfer(deps, { onliId: 'alice', transferId })).toEqual({ ok: true, value: true })
})

it('a clock that was set forward and back holds no transfer up for longer', async () => {
  const { deps, clock, prove, owners } = world(daysMs(2))
  await prove('alice')
  await prove('bob')
  clock.step(daysMs(100))
  await applyTransfers(deps)
  clock.step(-daysMs(100))
  clock.advance(daysMs(2))
  await applyTransfers(deps)
  expect(await owners()).toEqual(['bob'])
})
