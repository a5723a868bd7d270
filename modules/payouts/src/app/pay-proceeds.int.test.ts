import { systemIds } from '@species/platform'
import { describe, expect, it } from 'vitest'
import { mine, usePlay } from '../play/test-world.ts'
import { createProceedsPort } from './allow-proceeds.ts'
import { payProceeds } from './pay-proceeds.ts'

const play = usePlay()
const action = { method: 'POST', path: '/marketplace/v1/events', body: '{}' }
const ann = { onliId: 'ann', keyId: 'key_1', scopes: ['read', 'trade'] as const }
let seq = 0n

const book = (address = mine) =>
  play.world.ask('POST', '/marketplace/v1/addresses', { chain: 'ETH', address }, { onliId: 'ann' })
const asked = (eventId: string, address = mine) => ({ owner: 'ann', eventId, chain: 'ETH' as const, address })
async function allow(eventId: string, address = mine, more: object = {}, confirmation: string | null = 'yes') {
  const said = await createProceedsPort(play.world.deps).allow({ ...ann, ...more }, asked(eventId, address), {
    action,
    confirmation,
  })
  return said.ok ? 'allowed' : said.refusal.code
}
/** A sale that is allowed and accepted; answers with the key of its event. */
async function sale(eventId: string, address = mine): Promise<string> {
  await book(address)
  expect(await allow(eventId, address)).toBe('allowed')
  const eventKey = systemIds.uuid()
  play.world.asked.push({ eventKey, ...asked(eventId, address) })
  return eventKey
}
/** A purchase that pays ann for these sales, as it is in the ledger after it has settled. */
async function sell(micro: bigint, openedBy: readonly string[], eventKey = systemIds.uuid()): Promise<void> {
  const total = micro / BigInt(Math.max(1, openedBy.length))
  for (const one of openedBy) play.world.sold.push({ eventKey, openedBy: one, seller: 'ann', totalMicro: total })
  await play.world.give('payable:ann', micro)
  play.world.credits.push({ account: 'payable:ann', seq: ++seq, eventKey, kind: 'settlement', amountMicro: micro })
}
async function look(passedMs = 3_600_000): Promise<void> {
  play.world.clock.advance(passedMs)
  await payProceeds(play.world.deps)
}
const payouts = async () =>
  (await play.world.ask('GET', '/marketplace/v1/payouts')).body['payouts'] as {
    payoutId: string
    requestId: string
    amount: string
    state: string
  }[]
const proceeds = async () =>
  (await play.world.ask('GET', '/marketplace/v1/proceeds')).body['proceeds'] as Record<string, string>[]
const told = () => play.world.announced.filter(({ type }) => type === 'proceeds.kept').map(({ data }) => data)

describe('proceeds of an event that names an address', () => {
  it('are asked for once as a payout from what is payable, however many processes look', async () => {
    await sell(5_000_000n, [await sale('sale-0001')])
    await Promise.all([look(), look(), payProceeds(play.world.deps)])
    await look()
    expect(await payouts()).toMatchObject([{ requestId: 'proceeds:1', amount: '5.000000', state: 'requested' }])
    expect(await play.world.balances()).toEqual({ 'payable:ann': '25000000/5000000', 'user:ann': '80000000/0' })
    expect(await proceeds()).toMatchObject([{ eventId: 'sale-0001', earned: '5.000000', asked: '5.000000' }])
  })

  it('of a redemption are its own, and what came in for other events stays payable', async () => {
    const redemption = await sale('redeem-01')
    await sell(3_000_000n, [], redemption)
    await sell(9_000_000n, [systemIds.uuid()])
    await look()
    expect((await payouts()).map(({ amount }) => amount)).toEqual(['3.000000'])
  })

  it('of part after part wait until they come to the least payout, and behind one that is open', async () => {
    const listing = await sale('sale-0001')
    await sell(600_000n, [listing])
    await look()
    expect(await payouts()).toEqual([])
    await sell(600_000n, [listing])
    await look()
    await sell(4_000_000n, [listing])
    await look()
    expect((await payouts()).map(({ amount }) => amount)).toEqual(['1.200000'])
    const [first] = await payouts()
    await play.act(first?.payoutId ?? '', 'refuse', { reason: 'the owner asked' })
    await look()
    expect((await payouts()).map(({ amount, state }) => [amount, state])).toEqual([
      ['4.000000', 'requested'],
      ['1.200000', 'cancelled'],
    ])
  })

  it('are divided among the sales that one purchase bought from, each to its own address', async () => {
    const other = `0x${'7'.repeat(40)}`
    await sell(10_000_001n, [await sale('sale-0001'), await sale('sale-0002', other)])
    await look()
    await look()
    expect((await payouts()).map(({ amount }) => amount).sort()).toEqual(['5.000000', '5.000001'])
  })

  it('wait until they are mature, while payouts are halted, and while their owner is not active', async () => {
    await sell(5_000_000n, [await sale('sale-0001')])
    play.world.immature.set('ann', 101_000_000n)
    await look()
    expect((await payouts()).map(({ amount }) => amount)).toEqual(['4.000000'])
    play.world.immature.clear()
    await play.act((await payouts())[0]?.payoutId ?? '', 'refuse', { reason: 'so that another comes' })
    play.world.standings.set('ann', 'frozen')
    await look()
    play.world.standings.clear()
    await play.world.ask(
      'POST',
      '/admin/v1/payout-halts',
      { reason: 'for this test' },
      {
        onliId: 'operator',
        operatorId: 'grace',
        keyId: 'key_grace',
        scopes: ['operator'],
      },
    )
    await look()
    expect(await payouts()).toHaveLength(1)
    await play.database.query('UPDATE payouts.halts SET resumed_at = now(), resumed_by = $1', ['alan'])
    await look()
    expect((await payouts())[0]).toMatchObject({ amount: '1.000000', requestId: 'proceeds:2' })
  })
})

describe('proceeds stay payable, and their owner is told', () => {
  it('where the address was removed meanwhile: no payout is ever made, also after it is added again', async () => {
    await sell(5_000_000n, [await sale('sale-0001')])
    await play.database.query('UPDATE payouts.addresses SET removed_at = now()')
    await look()
    await book()
    await look()
    expect(await payouts()).toEqual([])
    expect(await proceeds()).toMatchObject([{ earned: '5.000000', asked: '0.000000', kept: '5.000000' }])
    expect(told()).toMatchObject([{ eventId: 'sale-0001', amount: '5.000000' }])
    expect((await play.world.balances())['payable:ann']).toBe('25000000/0')
  })

  it('where the payout was cancelled: it is not asked for again', async () => {
    await sell(5_000_000n, [await sale('sale-0001')])
    await look()
    const [one] = await payouts()
    await play.world.ask('POST', `/marketplace/v1/payouts/${one?.payoutId}/cancel`)
    await look()
    expect((await payouts()).map(({ state }) => state)).toEqual(['cancelled'])
  })

  it('where the money was used before it was mature: money of other sales is not sent instead', async () => {
    await sell(5_000_000n, [await sale('sale-0001')])
    await play.database.query(`UPDATE test.balances SET posted = posted - 23000000 WHERE account = 'payable:ann'`)
    await look()
    expect((await payouts()).map(({ amount }) => amount)).toEqual(['2.000000'])
    await play.world.give('payable:ann', 50_000_000n)
    await look()
    expect(await payouts()).toHaveLength(1)
    expect(told()).toMatchObject([{ amount: '3.000000' }])
  })
})

describe('an address for proceeds is refused', () => {
  it('without a confirmation, outside the address book, in its delay, and by a key that is limited', async () => {
    expect(await allow('sale-0001')).toBe('unknown_destination')
    await book()
    expect(await allow('sale-0001', mine, {}, null)).toBe('confirmation_required')
    expect(await allow('sale-0001', mine, { limits: { units: { perEvent: '5' } } })).toBe('forbidden')
    const machine = { limits: { payoutAddresses: [`ETH ${mine}`] } }
    expect(await allow('sale-0001', mine, machine, null)).toBe('forbidden')
    expect(await allow('sale-0001', mine, { ...machine, scopes: ['trade', 'payout'] }, null)).toBe('allowed')
    expect(await allow('sale-0002', 'TJcEoDhS5UNbnR6zw6wF21FSbdBro4kxNe')).toBe('unknown_destination')
    play.world.config = { ...play.world.config, payouts: { ...play.world.config.payouts, addressDelayMs: 1_000 } }
    await book(`0x${'7'.repeat(40)}`)
    expect(await allow('sale-0003', `0x${'7'.repeat(40)}`)).toBe('unknown_destination')
  })

  it('where payouts are off; and what was allowed for another address of the same event pays nothing', async () => {
    await book()
    await book(`0x${'7'.repeat(40)}`)
    expect(await allow('sale-0001', `0x${'7'.repeat(40)}`)).toBe('allowed')
    const eventKey = systemIds.uuid()
    play.world.asked.push({ eventKey, ...asked('sale-0001') })
    await sell(5_000_000n, [eventKey])
    await look()
    expect(await payouts()).toEqual([])
    play.world.config = { ...play.world.config, payouts: { ...play.world.config.payouts, enabled: false } }
    expect(await allow('sale-0004')).toBe('payouts_unsupported')
  })
})
