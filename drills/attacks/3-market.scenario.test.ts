import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pay } from '../../apps/species/src/demo/players.ts'
import { AttackStage, type Name, type Receipt, endOf, until } from './attack-stage.ts'

let stage: AttackStage
beforeAll(async () => {
  stage = await AttackStage.start()
  await stage.buy('alice', 100)
  for (const name of ['bob', 'carol'] as const) await deposit(name, '500')
  const proof = await pay(stage, '0x9999999999999999999999999999999999999999', '1000')
  const claim = { payer: 'liquidity_pool', chain: 'ETH', proof, reason: 'the attacks redeem units' }
  await stage.operator.request('POST', '/admin/v1/claims', claim)
})
afterAll(() => stage.endWell())

const noListing = `lst_${'0'.repeat(32)}`
const buy = async (name: Name, event: object): Promise<Receipt> =>
  await stage.trade(name, { payWith: { source: 'credit' }, ...event })

/** Money on account: a purchase that the payment does not cover leaves all of it as credit. */
async function deposit(name: Name, amount: string): Promise<void> {
  const proof = await stage.pay(name, amount)
  const receipt = await stage.trade(name, { to: 'treasury', amount: 1_000_000, payWith: { chain: 'ETH', proof } })
  expect(endOf(receipt)).toBe('insufficient_payment')
}

function unitsOf(receipts: readonly Receipt[]): number {
  return receipts
    .filter((receipt) => receipt.status === 'COMPLETED')
    .reduce((sum, receipt) => sum + Number(receipt['units']), 0)
}

describe('a listing', () => {
  test('that there is not, is taken off or is sold out sells nothing', async () => {
    expect(endOf(await buy('bob', { listingId: noListing, amount: 1 }))).toBe('listing_not_found')
    const withdrawn = await stage.sell('alice', 2, '1')
    expect(endOf(await stage.trade('bob', { delist: withdrawn }))).toBe('not_your_listing')
    expect(endOf(await stage.trade('alice', { delist: withdrawn }))).toBe('COMPLETED')
    expect(endOf(await buy('bob', { listingId: withdrawn, amount: 1 }))).toBe('listing_gone')
    expect(endOf(await stage.trade('alice', { delist: withdrawn }))).not.toBe('COMPLETED')
    const sold = await stage.sell('alice', 2, '1')
    expect(endOf(await buy('bob', { listingId: sold, amount: 2 }))).toBe('COMPLETED')
    expect(endOf(await buy('bob', { listingId: sold, amount: 1 }))).toBe('listing_gone')
  })

  test('is not for its own seller', async () => {
    const listingId = await stage.sell('alice', 2, '1')
    expect(endOf(await buy('alice', { listingId, amount: 1 }))).toBe('own_listing')
    expect(endOf(await stage.trade('alice', { delist: listingId }))).toBe('COMPLETED')
  })

  test('that is too small is left alone by an all-or-nothing order, and emptied by one that takes what there is', async () => {
    const listingId = await stage.sell('alice', 3, '1')
    expect(endOf(await buy('bob', { listingId, amount: 5 }))).toBe('listing_too_small')
    const before = await stage.credit('bob')
    const partial = await buy('bob', { listingId, amount: 5, timeInForce: 'IOC' })
    expect([endOf(partial), partial['units']]).toEqual(['COMPLETED', '3'])
    expect(before - (await stage.credit('bob'))).toBeCloseTo(3.015, 6)
  })

  test('that has expired sells nothing, and its units come back by themselves', async () => {
    const before = await stage.units('alice')
    const expiresAt = new Date(Date.now() + 3_000).toISOString()
    const listingId = await stage.sell('alice', 4, '1', { expiresAt })
    expect(await stage.units('alice')).toMatchObject({ total: before.total - 4 })
    await pause(Math.max(0, Date.parse(expiresAt) + 50 - Date.now()))
    expect(['listing_expired', 'listing_gone']).toContain(endOf(await buy('bob', { listingId, amount: 1 })))
    await until(
      () => stage.units('alice'),
      (now) => now.available === before.available,
    )
    expect(await stage.vault('vault-alice')).toBe(before.total)
    const { transactions } = (await stage.players.alice.client.transactions('alice')) as {
      transactions: { receiptId: string }[]
    }
    const { receipt } = await until(
      () => stage.players.alice.client.getReceipt(transactions[0]?.receiptId ?? ''),
      () => true,
    )
    expect(receipt).toMatchObject({ intent: 'DELIST', lapsed: true, owner: 'market', units: '4' })
  })

  test('cannot be opened in the past', async () => {
    const putProceeds = { unitPrice: '1', expiresAt: '2020-01-01T00:00:00Z' }
    expect(endOf(await stage.trade('alice', { to: 'market', amount: 1, putProceeds }))).toBe('listing_expired')
  })

  test('of five units sells five to twenty buyers who come at once', async () => {
    const listingId = await stage.sell('alice', 5, '2')
    const before = (await stage.units('bob')).total + (await stage.units('carol')).total
    const wishes = Array.from({ length: 20 }, (_, index) =>
      buy(index % 2 === 0 ? 'bob' : 'carol', { listingId, amount: 1 }),
    )
    const receipts = await Promise.all(wishes)
    expect(unitsOf(receipts)).toBe(5)
    const refusals = receipts.filter((receipt) => receipt.status !== 'COMPLETED').map(endOf)
    expect(refusals.filter((code) => !['listing_gone', 'listing_too_small'].includes(code))).toEqual([])
    expect((await stage.units('bob')).total + (await stage.units('carol')).total).toBe(before + 5)
  })

  test('that is taken off while buyers come gives every unit to exactly one of them', async () => {
    const before = await stage.units('alice')
    const listingId = await stage.sell('alice', 10, '1')
    expect(endOf(await buy('carol', { listingId, amount: 4 }))).toBe('COMPLETED')
    const [delisted, ...bought] = await Promise.all([
      stage.trade('alice', { delist: listingId }),
      ...Array.from({ length: 6 }, () => buy('bob', { listingId, amount: 1 })),
    ])
    const back = unitsOf([delisted])
    const sold = unitsOf(bought)
    if (delisted.status !== 'COMPLETED') {
      expect(['listing_gone', 'nothing_to_delist']).toContain(endOf(delisted))
      await stage.trade('alice', { delist: listingId })
    }
    const after = await stage.units('alice')
    expect(after.total).toBe(before.total - 4 - sold)
    if (back > 0) expect(back + sold).toBe(6)
    expect(await stage.vault('vault-market-escrow')).toBe(0)
  })
})

describe('units', () => {
  test('that one does not have cannot be sent, sold or redeemed', async () => {
    const { available } = await stage.units('bob')
    for (const to of ['carol', 'market', 'liquidity_pool'])
      expect(endOf(await stage.trade('bob', { to, amount: available + 1 }))).toBe('insufficient_units')
    expect(await stage.units('bob')).toEqual({ available, held: 0, total: available })
  })

  test('sent twice at once go once', async () => {
    const { available } = await stage.units('bob')
    const ends = await Promise.all(
      ['carol', 'alice'].map(async (to) => endOf(await stage.trade('bob', { to, amount: available }))),
    )
    expect(ends.sort()).toEqual(['COMPLETED', 'insufficient_units'])
    expect(await stage.units('bob')).toEqual({ available: 0, held: 0, total: 0 })
    expect(await stage.vault('vault-bob')).toBe(0)
  })

  test('go to nobody unknown and not to oneself', async () => {
    expect(endOf(await stage.trade('alice', { to: 'nobody-here', amount: 1 }))).toBe('unknown_party')
    expect(endOf(await stage.trade('alice', { to: 'alice', amount: 1 }))).toBe('same_party')
  })
})

test('credit spent twice at once is spent once', async () => {
  const credit = await stage.credit('carol')
  const amount = Math.floor(credit / 1.005)
  const ends = await Promise.all([1, 2].map(async () => endOf(await buy('carol', { to: 'treasury', amount }))))
  expect(ends.sort()).toEqual(['COMPLETED', 'insufficient_payment'])
  expect(await stage.credit('carol')).toBeCloseTo(credit - amount * 1.005, 6)
})

test('a price bound holds: nothing is bought above it', async () => {
  const listingId = await stage.sell('alice', 1, '3')
  await deposit('bob', '10')
  const payWith = { source: 'credit', maxUnitPrice: '2.999999' }
  expect(endOf(await buy('bob', { to: 'market', amount: 1, payWith }))).toBe('no_liquidity')
  expect(endOf(await stage.trade('alice', { delist: listingId }))).toBe('COMPLETED')
})
