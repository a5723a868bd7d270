import { Fault } from '@species/kernel'
import { describe, expect, it } from 'vitest'
import { hashOf, paid } from '../test-books.ts'
import { alan, order, usePlay } from '../play/test-world.ts'

const play = usePlay()

describe('proof', () => {
  const stranger = `0x${'9'.repeat(40)}`
  it.each([
    ['a transfer from a wallet that is not ours', paid(1, { ...order, from: stranger })],
    ['a transfer to another address', paid(1, { ...order, to: stranger })],
    ['another amount', paid(1, { ...order, amountMicro: 25_500_001n })],
    [
      'another token',
      paid(1, order, { transfers: paid(1, order).transfers.map((one) => ({ ...one, tokenAddress: stranger })) }),
    ],
    ['a failed transaction', paid(1, order, { succeeded: false })],
    ['a transfer from before the approval', paid(1, order, { blockTimeMs: Date.UTC(2020, 0, 1) })],
  ])('is not %s: it goes to review, and nothing is settled', async (_what, transaction) => {
    play.world.chain.set(hashOf(1), transaction)
    const payoutId = await play.sent(1)
    await play.world.follow()
    expect(await play.state(payoutId)).toBe('review')
    expect((await play.world.balances())['user:ann']).toBe('80000000/5500000')
  })

  it('is one transfer for one payout: the second that names it goes to review', async () => {
    const [one, other] = [await play.sending(), await play.sending()]
    play.world.chain.set(hashOf(1), paid(1, order))
    await play.act(one, 'hash', { hash: hashOf(1) })
    await play.act(other, 'hash', { hash: hashOf(1) })
    await play.world.follow()
    await play.world.follow(60_000)
    expect([await play.state(one), await play.state(other)].sort()).toEqual(['proven', 'review'])
    expect((await play.world.balances())['world:ETH']).toBe('25500000/0')
    const [proven, left] = (await play.state(one)) === 'proven' ? [one, other] : [other, one]
    const reason = { reason: 'the hash of another payout was named for it' }
    expect(await play.act(proven, 'fail', reason)).toBe('payout_state')
    expect(await play.act(left, 'fail', reason)).toBe('review')
    expect(await play.act(left, 'fail', reason, alan)).toBe('failed')
  })

  it('is taken from the transaction that replaced the first', async () => {
    const payoutId = await play.sent(1)
    await play.world.follow()
    play.world.chain.set(hashOf(2), paid(2, order))
    expect(await play.act(payoutId, 'hash', { hash: hashOf(2) })).toBe('sent')
    await play.world.follow()
    expect(await play.read(payoutId)).toMatchObject({ state: 'proven', hash: hashOf(2) })
  })

  it('is a transfer from the wallet that sent it, although that wallet was retired before it was proven', async () => {
    const payoutId = await play.sent(1)
    const { chains } = play.world.config
    const ETH = { ...chains.ETH, ourWallets: [`0x${'7'.repeat(40)}`] }
    play.world.config = { ...play.world.config, chains: { ...chains, ETH } }
    play.world.chain.set(hashOf(1), paid(1, order))
    await play.world.follow()
    expect(await play.read(payoutId)).toMatchObject({ state: 'proven', hash: hashOf(1) })
    expect((await play.world.balances())['world:ETH']).toBe('25500000/0')
  })

  it('waits while the chain is halted', async () => {
    const payoutId = await play.sent(1)
    play.world.chain.set(hashOf(1), paid(1, order))
    const { ETH } = play.world.config.chains
    play.world.config = { ...play.world.config, chains: { ...play.world.config.chains, ETH: { ...ETH, halted: true } } }
    await play.world.follow()
    expect(await play.state(payoutId)).toBe('sent')
    play.world.config = { ...play.world.config, chains: { ...play.world.config.chains, ETH } }
    await play.world.follow(60_000)
    expect(await play.state(payoutId)).toBe('proven')
  })
})

describe('a proven payout whose transfer vanishes', () => {
  async function vanished(): Promise<string> {
    const payoutId = await play.sent(1)
    play.world.chain.set(hashOf(1), paid(1, order))
    await play.world.follow()
    expect(await play.state(payoutId)).toBe('proven')
    play.world.chain.delete(hashOf(1))
    for (let look = 0; look < 6; look++) await play.world.follow(600_000)
    return payoutId
  }

  it('is given back and held at once: it cannot be spent, and mined again it has paid', async () => {
    const payoutId = await vanished()
    expect(await play.state(payoutId)).toBe('review')
    expect(await play.world.balances()).toEqual({ 'payable:ann': '20000000/20000000', 'user:ann': '80000000/5500000' })
    play.world.chain.set(hashOf(1), paid(1, order, { blockNumber: 105 }))
    await play.world.follow(600_000)
    expect(await play.state(payoutId)).toBe('proven')
    expect(await play.world.balances()).toEqual({ 'user:ann': '74500000/0', 'world:ETH': '25500000/0' })
    await play.world.follow(3_600_000)
    expect(await play.state(payoutId)).toBe('settled')
  })

  it('fails only by two people, and only once another transaction took its place', async () => {
    const payoutId = await vanished()
    const reason = { reason: 'the nonce was used for a cancellation' }
    expect(await play.act(payoutId, 'fail', reason)).toBe('payout_state')
    play.world.chain.set(hashOf(5), paid(5, order, { transfers: [] }))
    await play.act(payoutId, 'hash', { hash: hashOf(5) })
    await play.world.follow()
    await play.world.follow(600_000)
    for (let look = 0; look < 30 && (await play.state(payoutId)) === 'sent'; look++) await play.world.follow(600_000)
    expect(await play.act(payoutId, 'fail', reason)).toBe('review')
    expect(await play.act(payoutId, 'fail', reason)).toBe('second_person_needed')
    expect(await play.act(payoutId, 'fail', reason, alan)).toBe('failed')
    expect(await play.world.balances()).toEqual({ 'payable:ann': '20000000/0', 'user:ann': '80000000/0' })
  })
})

it('stores a claim with what it settles, or neither: a failure in between is looked at again', async () => {
  const payoutId = await play.sent(1)
  play.world.chain.set(hashOf(1), paid(1, order))
  const { ledger } = play.world.deps
  const broken = (tx: Parameters<typeof ledger>[0]) => ({
    ...ledger(tx),
    settle: () => Promise.reject(new Fault('transfer_conflict', { retryable: true, publicMessage: 'killed' })),
  })
  Object.assign(play.world.deps, { ledger: broken })
  await play.world.follow()
  expect(await play.state(payoutId)).toBe('sent')
  expect(await play.database.query('SELECT 1 FROM test.claims')).toEqual([])
  Object.assign(play.world.deps, { ledger })
  await play.world.follow(60_000)
  expect(await play.state(payoutId)).toBe('proven')
})
