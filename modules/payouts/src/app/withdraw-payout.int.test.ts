import { describe, expect, it } from 'vitest'
import { hashOf, paid } from '../test-books.ts'
import { alan, grace, mine, order, usePlay } from '../play/test-world.ts'
import { ours, wallet } from '../test-world.ts'

const play = usePlay()
const base = '/admin/v1/payouts'
const asked = { requestId: 'withdraw-1', from: 'fees', chain: 'ETH', address: mine, amount: '5', reason: 'of November' }
const withdraw = (more: object = {}, by = grace) => play.world.ask('POST', base, { ...asked, ...more }, by)

describe('money of the marketplace', () => {
  it('leaves its account once, after two people approved it whatever it comes to, and is proven like any payout', async () => {
    await play.world.give('fees', 7_000_000n)
    const { body, status } = await withdraw()
    expect([status, body['owner']]).toEqual([201, 'market:fees'])
    expect((await withdraw()).body).toEqual(body)
    const payoutId = String(body['payoutId'])
    expect(await play.approve(payoutId)).toBe('requested')
    expect(await play.approve(payoutId)).toBe('second_person_needed')
    expect(await play.act(payoutId, 'send')).toBe('payout_state')
    expect(await play.approve(payoutId, alan)).toBe('approved')
    expect(await play.act(payoutId, 'send')).toBe('sending')
    play.world.chain.set(hashOf(1), paid(1, { ...order, from: wallet, amountMicro: 5_000_000n }))
    await play.act(payoutId, 'hash', { hash: hashOf(1) })
    await play.world.follow()
    expect(await play.state(payoutId)).toBe('proven')
    expect(await play.world.balances()).toMatchObject({ fees: '2000000/0', 'world:ETH': '5000000/0' })
    expect(play.world.announced.filter(({ owner }) => owner.startsWith('market'))).toEqual([])
  })

  it('is not there to withdraw beyond what is free and came in long enough ago, nor to an address of ours', async () => {
    await play.world.give('fees', 7_000_000n)
    play.world.lately.set('fees', 3_000_000n)
    expect((await withdraw()).body.code).toBe('not_payable')
    expect((await withdraw({ amount: '4', address: ours })).body.code).toBe('address_refused')
    expect((await withdraw({ amount: '4', from: 'payable:ann' })).body.code).toBe('invalid_request')
    expect((await withdraw({ amount: '4' }, { onliId: 'ann', scopes: ['read', 'payout'] })).body.code).toBe('forbidden')
    expect((await withdraw({ amount: '4' })).status).toBe(201)
    expect((await withdraw({ amount: '4', requestId: 'withdraw-2' })).body.code).toBe('not_payable')
    expect((await withdraw({ amount: '3' })).body.code).toBe('request_id_conflict')
  })
})

describe('the list of operators', () => {
  const list = async (query = '') => {
    const { body } = await play.world.ask('GET', `${base}${query}`, undefined, grace)
    return body as unknown as { payouts: { payoutId: string; owner: string }[]; cursor?: string }
  }

  it('has pages, and one user does not fill it: ten of theirs are among all, and all of them by their name', async () => {
    await play.world.give('user:bob', 5_000_000n)
    await play.made('1')
    await play.database.query(
      `INSERT INTO payouts.payouts (payout_id, owner, request_id, chain, address, amount_micro, from_payable_micro, state, requested_by, confirmed_by, requested_at)
       SELECT 'pay_' || lpad(n::text, 32, '0'), 'ann', 'many-' || n, 'ETH', 'x', 1, 0, 'proven', '', '', '2020-01-01'
       FROM generate_series(1, 30) n`,
    )
    await play.made('1', { onliId: 'bob' })
    const first = await list('?limit=6')
    const second = await list(`?limit=6&cursor=${first.cursor}`)
    const owners = [...first.payouts, ...second.payouts].map(({ owner }) => owner)
    expect(owners.filter((owner) => owner === 'ann')).toHaveLength(10)
    expect(owners.at(-1)).toBe('bob')
    expect(second.cursor).toBeUndefined()
    expect((await list('?owner=ann&limit=200')).payouts).toHaveLength(31)
    expect(new Set([...first.payouts, ...second.payouts].map(({ payoutId }) => payoutId)).size).toBe(11)
  })
})
