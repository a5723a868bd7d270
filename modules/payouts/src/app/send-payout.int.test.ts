import { no, unknown, yes } from '@species/kernel'
import { describe, expect, it } from 'vitest'
import { hashOf, paid } from '../test-books.ts'
import { alan, mine, usePlay } from '../play/test-world.ts'
import { longestSendingMs } from './send-payout.ts'

const play = usePlay()

describe('sending', () => {
  it('happens once, however many send at the same moment', async () => {
    const { payoutId } = await play.made()
    await play.approve(payoutId)
    const orders: string[] = []
    play.world.sender = async ({ key }) => {
      orders.push(key)
      return yes({ hash: hashOf(7) })
    }
    const all = await Promise.all([
      play.act(payoutId, 'send'),
      play.act(payoutId, 'send', {}, alan),
      play.act(payoutId, 'send'),
    ])
    expect(all.filter((one) => one === 'payout_state')).toHaveLength(2)
    expect(orders).toEqual([payoutId])
  })

  it.each<[string, () => unknown, string]>([
    [
      'payouts are off',
      () => (play.world.config = { ...play.world.config, payouts: { ...play.world.config.payouts, enabled: false } }),
      'payouts_off',
    ],
    ['the user is frozen', () => play.world.standings.set('ann', 'frozen'), 'user_suspended'],
    ['the user owes us', () => play.world.give('receivable:ann', -1n), 'not_payable'],
    [
      'the address was removed',
      () => play.database.query('UPDATE payouts.addresses SET removed_at = now()'),
      'unknown_destination',
    ],
    [
      'the address is denied',
      () =>
        (play.world.config = {
          ...play.world.config,
          chains: { ...play.world.config.chains, BSC: { ...play.world.config.chains.BSC, deniedAddresses: [mine] } },
        }),
      'address_refused',
    ],
  ])('does not begin where since the approval %s', async (_what, arrange, code) => {
    const { payoutId } = await play.made()
    await play.approve(payoutId)
    await arrange()
    expect(await play.act(payoutId, 'send')).toBe(code)
    expect(await play.state(payoutId)).toBe('approved')
  })

  it('is not repeated where the partner acted and did not answer: it goes to review, and its hash proves it', async () => {
    const { payoutId } = await play.made()
    await play.approve(payoutId)
    let calls = 0
    play.world.sender = async (asked) => {
      calls++
      play.world.chain.set(hashOf(8), paid(8, asked))
      throw new Error('the connection was reset')
    }
    expect(await play.act(payoutId, 'send')).toBe('review')
    expect(await play.act(payoutId, 'send')).toBe('payout_state')
    await play.world.follow(86_400_000)
    expect([calls, await play.state(payoutId)]).toEqual([1, 'review'])
    expect(await play.act(payoutId, 'hash', { hash: hashOf(8) })).toBe('sent')
    await play.world.follow()
    expect(await play.state(payoutId)).toBe('proven')
  })

  it('fails on a definite no, and the money is free again', async () => {
    const { payoutId } = await play.made()
    await play.approve(payoutId)
    play.world.sender = async () => no('address_refused', 'it is closed')
    expect(await play.act(payoutId, 'send')).toBe('failed')
    expect(await play.world.balances()).toEqual({ 'payable:ann': '20000000/0', 'user:ann': '80000000/0' })
  })

  it('goes to review where the process died after the attempt was stored, and holds the money for ever', async () => {
    const { payoutId } = await play.made()
    await play.approve(payoutId)
    play.world.sender = () => new Promise(() => undefined)
    void play.act(payoutId, 'send')
    await expect.poll(() => play.state(payoutId)).toBe('sending')
    play.world.sender = undefined
    await play.world.follow(longestSendingMs)
    expect(await play.state(payoutId)).toBe('review')
    await play.world.follow(90 * 86_400_000)
    expect(await play.state(payoutId)).toBe('review')
    expect((await play.world.balances())['user:ann']).toBe('80000000/5500000')
  })

  it('that is unknown stays so', async () => {
    const { payoutId } = await play.made()
    await play.approve(payoutId)
    play.world.sender = async () => unknown('a time-out')
    expect(await play.act(payoutId, 'send')).toBe('review')
    expect((await play.world.balances())['user:ann']).toBe('80000000/5500000')
  })
})
