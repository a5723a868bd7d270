import { beforeEach, describe, expect, test } from 'vitest'
import { type World, createWorld } from '../test-world.ts'

const accounts = '/admin/v1/accounts'
const nothing = { available: '0', held: '0', total: '0' }
const noMoney = { available: '0.000000', held: '0.000000', total: '0.000000' }
let world: World
beforeEach(() => {
  world = createWorld()
})

describe("the marketplace's own accounts", () => {
  test('are what the ledger holds, and nothing where it holds nothing', async () => {
    const answer = await world.get(accounts, 'olga operator')
    expect(answer).toMatchObject({ status: 200, cacheControl: 'no-store' })
    const treasury = { available: '8.000001', held: '0.000000', total: '8.000001' }
    const pool = { available: '3.500000', held: '1.500000', total: '5.000000' }
    expect(answer.body).toEqual({
      accounts: [
        { account: 'treasury', species: nothing, usdt: treasury },
        { account: 'fees', species: nothing, usdt: noMoney },
        { account: 'liquidity_pool', species: nothing, usdt: pool },
        { account: 'market:escrow', species: nothing, usdt: noMoney },
      ],
    })
  })

  test('are asked for anew each time', async () => {
    for (const _ of [1, 2]) await world.get(accounts, 'olga operator')
    expect(world.asked).toEqual(Array(2).fill('balances treasury fees liquidity_pool market:escrow'))
  })

  test.each(['ann read', 'ann read trade wallets'])('are for operators alone, not for %s', async (as) => {
    expect((await world.get(accounts, as)).status).toBe(403)
  })
})
