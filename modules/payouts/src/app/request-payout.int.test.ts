import { describe, expect, it } from 'vitest'
import { base, mine, usePlay } from '../play/test-world.ts'

const play = usePlay()

describe('a request is refused', () => {
  it.each<[string, () => unknown, string]>([
    [
      'while payouts are off',
      () => (play.world.config = { ...play.world.config, payouts: { ...play.world.config.payouts, enabled: false } }),
      'payouts_off',
    ],
    ['for a user who is frozen', () => play.world.standings.set('ann', 'frozen'), 'user_suspended'],
    ['for a user who owes us', () => play.world.give('receivable:ann', -1n), 'not_payable'],
    [
      'for money that a payment of theirs may take back',
      () => play.world.immature.set('ann', 80_000_000n),
      'not_payable',
    ],
    [
      'for proceeds whose buyer paid with money that may vanish',
      () => {
        play.world.immature.set('eve', 500_000_000n)
        play.world.flows = [
          { from: 'eve', to: 'dan', asset: 'USDT', amount: 90_000_000n },
          { from: 'dan', to: 'ann', asset: 'USDT', amount: 90_000_000n },
        ]
      },
      'not_payable',
    ],
  ])('%s', async (_when, arrange, code) => {
    await arrange()
    expect((await play.request('25.5')).body.code).toBe(code)
    expect((await play.world.balances())['user:ann']).toBe('80000000/0')
  })

  it('for an address that is not in the book, that waits, or that the key does not name', async () => {
    const wanted = { requestId: 'request-x', chain: 'ETH', address: mine, amount: '5' }
    expect((await play.world.ask('POST', base, wanted)).body.code).toBe('unknown_destination')
    play.world.config = { ...play.world.config, payouts: { ...play.world.config.payouts, addressDelayMs: 1_000 } }
    expect((await play.request()).body.code).toBe('unknown_destination')
    play.world.clock.advance(1_000)
    const machine = { confirmed: false, limits: { payoutAddresses: [`BSC ${mine}`] } }
    expect((await play.request('5', machine)).body.code).toBe('forbidden')
    expect((await play.request('5', { confirmed: false, limits: { payoutAddresses: [`ETH ${mine}`] } })).status).toBe(
      201,
    )
    expect((await play.request('5', { confirmed: false, limits: {} })).body.code).toBe('confirmation_required')
  })

  it('beyond what is free, below the least and above the most, and beyond ten that are open', async () => {
    expect((await play.request('100.000001')).body.code).toBe('not_payable')
    expect((await play.request('0.999999')).body.code).toBe('invalid_amount')
    expect((await play.request('100001')).body.code).toBe('invalid_amount')
    const all = await Promise.all(Array.from({ length: 12 }, () => play.request('1')))
    expect(all.filter(({ status }) => status === 201)).toHaveLength(10)
    expect(all.find(({ status }) => status !== 201)?.body.code).toBe('too_many_payouts')
  })
})
