import { describe, expect, it } from 'vitest'
import { alan, grace, usePlay } from '../play/test-world.ts'
import { operator } from '../test-world.ts'

const play = usePlay()

describe('approval', () => {
  it('is of what was seen: another hash approves nothing, and a row that was changed is not sent', async () => {
    const { payoutId } = await play.made()
    expect(await play.act(payoutId, 'approve', { approvalHash: 'a'.repeat(64) })).toBe('payout_state')
    expect(await play.approve(payoutId)).toBe('approved')
    await play.database.query(`UPDATE payouts.payouts SET amount_micro = amount_micro + 1 WHERE payout_id = $1`, [
      payoutId,
    ])
    expect(await play.act(payoutId, 'send')).toBe('second_person_needed')
  })

  it('takes two people above the threshold: by the sum of a user in 24 hours, and by the sum to an address', async () => {
    await play.world.give('user:ann', 5_000_000_000n)
    await play.world.give('user:bob', 5_000_000_000n)
    const [first, second] = [await play.made('900'), await play.made('900')]
    const other = await play.made('200', { onliId: 'bob' })
    expect(await play.approve(first.payoutId)).toBe('approved')
    expect(await play.approve(second.payoutId)).toBe('requested')
    expect(await play.approve(second.payoutId)).toBe('second_person_needed')
    expect(await play.approve(second.payoutId, { ...grace, keyId: 'key_grace_2' })).toBe('second_person_needed')
    expect(await play.approve(other.payoutId)).toBe('requested')
    expect(await play.approve(second.payoutId, alan)).toBe('approved')
    play.world.clock.advance(86_400_001)
    const later = await play.made('900')
    expect(await play.approve(later.payoutId)).toBe('approved')
  })

  it('of one person counts once, also where it is given twice at the same moment', async () => {
    await play.world.give('user:ann', 5_000_000_000n)
    const { payoutId } = await play.made('2000')
    const both = await Promise.all([play.approve(payoutId), play.approve(payoutId)])
    expect(both.sort()).toEqual(['requested', 'second_person_needed'])
    expect(await play.act(payoutId, 'send')).toBe('payout_state')
  })

  it('is not given by the one who asks, and not by a key without the scope', async () => {
    const { payoutId } = await play.made()
    expect(await play.approve(payoutId, { ...operator('ann') })).toBe('second_person_needed')
    expect(await play.approve(payoutId, { onliId: 'ann', scopes: ['read', 'payout'] })).toBe('forbidden')
    expect(await play.state(payoutId)).toBe('requested')
  })

  it('counts no more once its key is revoked, or its person no treasurer', async () => {
    const { payoutId } = await play.made()
    await play.approve(payoutId)
    play.world.revokedKeys.add('key_grace')
    expect(await play.act(payoutId, 'send', {}, alan)).toBe('second_person_needed')
    expect(await play.state(payoutId)).toBe('approved')
  })
})
