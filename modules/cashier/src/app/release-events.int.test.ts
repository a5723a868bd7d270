import { messageOf } from '@species/testing'
import { describe, expect, it } from 'vitest'
import { type MatchedEvent, cancelled, claim, eventKey, matched, matchedBody, only } from '../test-world.ts'
import { fundEvents } from './fund-events.ts'
import { releaseEvents } from './release-events.ts'
import { balances, buy, credit, fund, openLedger, release, settle, world } from './test-flows.ts'

openLedger()

describe('the road back', () => {
  it('gives holds and limits back and keeps the payment as credit', async () => {
    const limited: MatchedEvent = { ...buy, more: { limits: { unitsPerDay: 10n } } }
    await fund(1, limited)
    const { release: given } = await release(matchedBody(1, limited))
    expect(given).toEqual({
      heldBefore: true,
      paymentTransferIds: [`payment:ETH:${claim(1, 'alice', 1n).hash}:0`],
      creditedMicro: 20_000_000n,
    })
    expect(await balances()).toEqual({ 'user:alice USDT': '20000000/0', 'world:ETH USDT': '-20000000/0' })
    const again: MatchedEvent = { ...limited, payment: { source: 'credit', claims: [] } }
    expect((await fund(2, again)).funding.feeMicro).toBe(75_000n)
  })

  it('answers a repeated cancel with the first answer and gives nothing back twice', async () => {
    await credit(8, 'alice', 50_000_000n)
    await fund(1, buy)
    await fund(2, { ...buy, payment: { source: 'credit', claims: [] } })
    const first = await release(matchedBody(1, buy))
    const before = await balances()
    world.clock.advance(1_000)
    expect(await release(matchedBody(1, buy))).toEqual(first)
    expect(await balances()).toEqual(before)
    expect(before['user:alice USDT']).toBe('70000000/15075000')
  })

  it('stores the release of an event it never saw; the late forward message gets `released` again and holds nothing', async () => {
    const first = await release(matchedBody(1, buy))
    expect(first.release).toMatchObject({ heldBefore: false, creditedMicro: 20_000_000n })
    world.clock.advance(1_000)
    expect(only(await fundEvents(world.deps, [matched(1, buy)]), 'released').body).toEqual(first)
    expect(await balances()).toEqual({ 'user:alice USDT': '20000000/0', 'world:ETH USDT': '-20000000/0' })
  })

  it('tells what the payment left as credit although the refusal came from somebody who knew of no payment', async () => {
    await fund(1, buy)
    const { payment: _payment, match: _match, intent: _intent, ...bare } = matchedBody(1, buy)
    const refused = {
      ...bare,
      refusal: { code: 'deadline_exceeded' as const, detail: '', by: 'marketplace-api' as const },
    }
    const out = await releaseEvents(world.deps, [messageOf('cancelled', eventKey(1), refused)])
    expect(only(out, 'released').body.release).toEqual({
      heldBefore: true,
      paymentTransferIds: [`payment:ETH:${claim(1, 'alice', 1n).hash}:0`],
      creditedMicro: 20_000_000n,
    })
    expect((await balances())['user:alice USDT']).toBe('20000000/0')
  })

  it('never releases a settled event', async () => {
    await settle(await fund(1, buy))
    const before = await balances()
    await expect(releaseEvents(world.deps, [cancelled(matchedBody(1, buy))])).rejects.toMatchObject({
      code: 'cancelled_after_settlement',
    })
    expect(await balances()).toEqual(before)
  })
})
