import { describe, expect, it } from 'vitest'
import { cashierModule } from '../index.ts'
import { claim, only, paymentClaimed } from '../test-world.ts'
import { creditClaims } from './book-payments.ts'
import { balances, buy, database, fund, openLedger, world } from './test-flows.ts'

openLedger()

describe('payments', () => {
  it('are credited once, whether the claim or the event comes first, and however often', async () => {
    const paid = claim(1, 'alice', 20_000_000n)
    const first = await creditClaims(world.deps, [paymentClaimed(1, paid)])
    expect(only(first, 'payment.credited').body).toEqual({ chain: 'ETH', hash: paid.hash, logIndex: 0 })
    await fund(1, buy)
    expect(await creditClaims(world.deps, [paymentClaimed(1, paid)])).toEqual(first)
    expect((await balances())['world:ETH USDT']).toBe('-20000000/0')
    expect(await cashierModule.queries(database).paymentsBooked()).toBe(20_000_000n)
  })

  it('are one in a batch that names them twice', async () => {
    const paid = claim(1, 'alice', 5n)
    await creditClaims(world.deps, [paymentClaimed(1, paid), paymentClaimed(2, paid)])
    expect(await balances()).toEqual({ 'user:alice USDT': '5/0', 'world:ETH USDT': '-5/0' })
  })

  it('with a known id and another amount or payer are a fault', async () => {
    await creditClaims(world.deps, [paymentClaimed(1, claim(1, 'alice', 5n))])
    for (const other of [claim(1, 'alice', 6n), claim(1, 'mallory', 5n)]) {
      await expect(creditClaims(world.deps, [paymentClaimed(1, other)])).rejects.toMatchObject({
        code: 'transfer_conflict',
        retryable: false,
      })
    }
    expect(await balances()).toEqual({ 'user:alice USDT': '5/0', 'world:ETH USDT': '-5/0' })
  })
})
