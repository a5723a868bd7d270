import { describe, expect, it } from 'vitest'
import { hashOf, paid } from '../test-books.ts'
import { alan, grace, order, usePlay } from '../play/test-world.ts'
import { createHaltPayouts } from './halt-payouts.ts'

const play = usePlay()
const base = '/admin/v1/payout-halts'
const because = { reason: 'money left a wallet' }
const halt = async () => (await play.world.ask('POST', base, because, grace)).status
const resume = async () => (await play.world.ask('POST', `${base}/resume`, because, alan)).body
const found = { cause: 'outflow:ETH:0x1', reason: 'nothing explains it', by: 'reconciliation' }
const haltFor = (cause = found.cause) =>
  play.database.transaction((tx) => createHaltPayouts(play.world.clock)(tx, { ...found, cause }))

describe('a halt of payouts', () => {
  it('lets nothing be asked for, approved, sent or given up, and two people end it', async () => {
    const [first, second, third] = [await play.made('5'), await play.made('6'), await play.sending('7')]
    await play.approve(second.payoutId)
    expect(await halt()).toBe(200)
    expect((await play.request('5')).body.code).toBe('payouts_off')
    expect(await play.approve(first.payoutId)).toBe('payouts_off')
    expect(await play.act(second.payoutId, 'send')).toBe('payouts_off')
    await play.world.follow(86_400_000)
    expect(await play.state(third)).toBe('review')
    expect(await play.act(third, 'fail', because)).toBe('payouts_off')
    expect((await resume())['resumed']).toHaveLength(1)
    expect(await play.approve(first.payoutId)).toBe('approved')
    expect(await play.act(second.payoutId, 'send')).toBe('sending')
    expect((await resume()).code).toBe('payout_state')
  })

  it('lets what was sent be proven, and a payout be cancelled', async () => {
    const payoutId = await play.sent(1)
    const other = await play.made('5')
    await halt()
    play.world.chain.set(hashOf(1), paid(1, order))
    await play.world.follow()
    expect(await play.state(payoutId)).toBe('proven')
    expect(await play.act(other.payoutId, 'refuse', because)).toBe('cancelled')
  })

  it('lets no approved payout be cancelled, by its owner or an operator, until it is resumed', async () => {
    const { payoutId } = await play.made('5')
    await play.approve(payoutId)
    await halt()
    const cancel = async () => (await play.world.ask('POST', `/marketplace/v1/payouts/${payoutId}/cancel`)).body
    expect((await cancel()).code).toBe('payouts_off')
    expect(await play.act(payoutId, 'refuse', because)).toBe('payouts_off')
    expect(await play.state(payoutId)).toBe('approved')
    await resume()
    expect((await cancel())['state']).toBe('cancelled')
  })

  it('for one cause happens once: found again after two people resumed it halts no more, and another cause does', async () => {
    expect([await haltFor(), await haltFor()]).toEqual([true, false])
    await halt()
    const { body } = await play.world.ask('GET', base, undefined, grace)
    expect(body).toMatchObject({ halted: true, open: [found, { by: 'grace/key_grace' }] })
    expect((await resume())['resumed']).toHaveLength(2)
    expect(await haltFor()).toBe(false)
    expect((await play.request('5')).status).toBe(201)
    expect(await haltFor('outflow:ETH:0x2')).toBe(true)
    expect((await play.request('5')).body.code).toBe('payouts_off')
  })

  it('that rolls back with its caller has not happened', async () => {
    const broken = play.database.transaction(async (tx) => {
      await createHaltPayouts(play.world.clock)(tx, found)
      throw new Error('the caller fails')
    })
    await expect(broken).rejects.toThrow('the caller fails')
    expect((await play.request('5')).status).toBe(201)
  })
})
