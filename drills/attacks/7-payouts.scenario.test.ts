import { signConfirmation } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AttackStage, newId, until } from './attack-stage.ts'

interface Payout {
  readonly payoutId: string
  readonly requestId: string
  readonly amount: string
  readonly state: string
  readonly approvalHash: string
}
const address = `0x${'7'.repeat(40)}`
let stage: AttackStage
let confirmKey: { keyId: string; alg: 'ed25519'; privateKey: string }
beforeAll(async () => {
  stage = await AttackStage.start((config) => ({ ...config, recheckMultiples: [] }))
  const { publicKey, privateKey } = generateEd25519()
  const body = { alg: 'ed25519', publicKey, scopes: ['read', 'payout'] }
  const made = await stage.operator.request('POST', '/admin/v1/users/bob/keys', body)
  confirmKey = { keyId: (made.body as { keyId: string }).keyId, alg: 'ed25519', privateKey }
}, 120_000)
afterAll(() => stage.endWell())

/** Sends as bob, confirmed by his second key. */
async function confirmed(path: string, body: object): Promise<unknown> {
  const action = { onliId: 'bob', method: 'POST', path, body: JSON.stringify(body) }
  const header = { 'species-confirmation': await signConfirmation(confirmKey, action) }
  return (await stage.players.bob.client.request('POST', path, body, header)).body
}
const payouts = async (): Promise<Payout[]> =>
  ((await stage.operator.request('GET', '/admin/v1/payouts')).body as { payouts: Payout[] }).payouts
const order = async (payoutId: string, what: string, body: object) =>
  (await stage.operator.request('POST', `/admin/v1/payouts/${payoutId}/${what}`, body)).body as Payout

test('proceeds pay for a purchase as the preview says', async () => {
  await stage.buy('bob', 10)
  // Without an address, so that nothing pays them out meanwhile.
  const listingId = await stage.sell('bob', 2, '2')
  const proof = await stage.pay('alice', '5')
  await stage.trade('alice', { listingId, amount: 2, payWith: { chain: 'ETH', proof } })
  const path = '/marketplace/v1/events'
  const buy = {
    eventId: newId(),
    from: 'bob',
    to: 'treasury',
    amount: 1,
    payWith: { source: 'credit', payable: 'first' },
  }
  const { body: preview } = await stage.players.bob.client.request('POST', `${path}/preview`, buy)
  expect(preview).toMatchObject({ due: '1.005000', paidFrom: { proceeds: '1.005000', credit: '0.000000' } })
  const bought = await stage.trade('bob', buy)
  expect(bought).toMatchObject({ status: 'COMPLETED', paidFrom: 'credit', paidFromProceeds: '1.005000' })
}, 60_000)

test('a sale with an address is confirmed, is paid out there once when it has sold, and its receipt speaks of no payout', async () => {
  await stage.buy('bob', 50)
  const eventId = newId()
  const putProceeds = { currency: 'USDT', unitPrice: '2', usdtAddress: address, chain: 'ETH' }
  const sale = { eventId, from: 'bob', to: 'market', amount: 20, putProceeds }
  const path = '/marketplace/v1/events'
  await expect(stage.players.bob.client.request('POST', path, sale)).rejects.toThrow('unknown_destination')
  const two = await payoutKey()
  await two('/marketplace/v1/addresses', { chain: 'ETH', address, label: 'cold' })
  await expect(stage.players.bob.client.request('POST', path, sale)).rejects.toThrow('confirmation_required')
  await confirmed(path, sale)
  // Sent again without the confirmation it is the same event.
  const receipt = await stage.trade('bob', sale)
  expect(receipt.status).toBe('COMPLETED')
  expect(JSON.stringify(receipt).toLowerCase()).not.toContain(address)
  const proof = await stage.pay('alice', '44')
  await stage.trade('alice', {
    listingId: receipt['listingId'],
    amount: 20,
    payWith: { chain: 'ETH', proof },
  })
  const [one] = await until(payouts, (list) => list.length > 0, 60_000)
  expect(one).toMatchObject({ requestId: 'proceeds:1', state: 'requested' })
  await order(one!.payoutId, 'approve', { approvalHash: one!.approvalHash })
  expect((await order(one!.payoutId, 'send', {})).state).toBe('sent')
  await stage.control('/chains/ETH/blocks', { count: 40 })
  await until(payouts, (list) => list.length === 0, 60_000)
}, 180_000)

/** A first payout key of bob; what it asks for is confirmed by the second. */
async function payoutKey() {
  const { publicKey, privateKey } = generateEd25519()
  const body = { alg: 'ed25519', publicKey, scopes: ['read', 'payout'] }
  const made = await stage.operator.request('POST', '/admin/v1/users/bob/keys', body)
  const key = { alg: 'ed25519' as const, keyId: (made.body as { keyId: string }).keyId, publicKey, privateKey }
  return async (path: string, wanted: object) => {
    const text = JSON.stringify(wanted)
    const action = { onliId: 'bob', method: 'POST', path, body: text }
    const headers = { 'species-confirmation': await signConfirmation(confirmKey, action) }
    const answer = await stage.send('POST', path, text, { key, headers })
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
  }
}
