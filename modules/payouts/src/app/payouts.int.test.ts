import { describe, expect, it } from 'vitest'
import { hashOf, paid } from '../test-books.ts'
import { base, order, usePlay } from '../play/test-world.ts'

const play = usePlay()

describe('a payout by hand', () => {
  it('holds proceeds and then credit, is approved, sent, proven on its chain, and settled after the last look', async () => {
    const { payoutId } = await play.made()
    expect(await play.world.balances()).toEqual({ 'payable:ann': '20000000/20000000', 'user:ann': '80000000/5500000' })
    await play.approve(payoutId)
    await play.act(payoutId, 'send')
    expect(await play.act(payoutId, 'hash', { hash: hashOf(1) })).toBe('sent')
    await play.world.follow()
    expect(await play.state(payoutId)).toBe('sent')
    play.world.chain.set(hashOf(1), paid(1, order, { confirmations: 2 }))
    await play.world.follow(300_000)
    expect(await play.state(payoutId)).toBe('sent')
    play.world.chain.set(hashOf(1), paid(1, order))
    await play.world.follow(300_000)
    expect(await play.state(payoutId)).toBe('proven')
    expect(await play.world.balances()).toEqual({ 'user:ann': '74500000/0', 'world:ETH': '25500000/0' })
    await play.world.follow(3_600_000)
    expect(await play.state(payoutId)).toBe('settled')
    const { body } = await play.world.ask('GET', `${base}/${payoutId}`)
    expect((body['history'] as { state: string }[]).map((one) => one.state)).toEqual([
      'requested',
      'approved',
      'sending',
      'sent',
      'proven',
      'settled',
    ])
  })

  it('is the same for the same request, and refuses the id for another', async () => {
    const first = await play.request('25.5', {}, 'the-same-one')
    expect((await play.request('25.5', {}, 'the-same-one')).body).toEqual(first.body)
    expect((await play.request('26', {}, 'the-same-one')).body.code).toBe('request_id_conflict')
    expect((await play.world.balances())['user:ann']).toBe('80000000/5500000')
  })

  it('is cancelled by its owner before it is sent, never after, and never by another user', async () => {
    const one = await play.made()
    const path = `${base}/${one.payoutId}/cancel`
    expect((await play.world.ask('POST', path, undefined, { onliId: 'bob' })).status).toBe(404)
    expect((await play.world.ask('GET', `${base}/${one.payoutId}`, undefined, { onliId: 'bob' })).status).toBe(404)
    expect((await play.world.ask('POST', path)).body['state']).toBe('cancelled')
    expect(await play.world.balances()).toEqual({ 'payable:ann': '20000000/0', 'user:ann': '80000000/0' })
    const other = await play.sending()
    expect((await play.world.ask('POST', `${base}/${other}/cancel`)).body.code).toBe('payout_state')
    expect(await play.act(other, 'refuse', { reason: 'too late' })).toBe('payout_state')
  })
})
