import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import type { Client } from '@species/sdk'
import { beforeAll, expect, it } from 'vitest'
import { hmacClient, keyFor, openAccess, operator, told, userWithKey } from './test-world.ts'

openAccess()

const path = '/marketplace/v1/wallets'
const account = privateKeyToAccount(generatePrivateKey())
let ann: Client
let transferId: string
beforeAll(async () => {
  ann = await userWithKey('ann')
  const prove = async (client: Client): Promise<unknown> => {
    const asked = { chain: 'ETH', address: account.address }
    const challenge = (await client.request('POST', `${path}/challenges`, asked)).body as {
      challengeId: string
      message: string
    }
    const signature = await account.signMessage({ message: challenge.message })
    return (await client.request('POST', path, { challengeId: challenge.challengeId, signature })).body
  }
  await prove(ann)
  const asked = (await prove(await userWithKey('bob'))) as { transfer: { transferId: string } }
  ;({ transferId } = asked.transfer)
  await operator.request('POST', '/admin/v1/users/ann/status', { status: 'frozen', reason: 'a payment vanished' })
})

it('a frozen user keeps their wallet by objecting: no one takes it while they cannot act', async () => {
  expect(await told(ann.request('POST', `${path}/transfers/${transferId}/objection`))).toMatchObject({ status: 204 })
  expect((await operator.request('GET', '/admin/v1/wallet-transfers')).body).toMatchObject({
    transfers: [{ transferId }],
  })
})

it('a frozen user revokes a stolen key and signs out', async () => {
  const stolen = await keyFor('ann')
  expect(await told(ann.request('DELETE', `/marketplace/v1/keys/${stolen.keyId}`))).toMatchObject({ status: 200 })
  expect(await told(hmacClient(stolen).request('GET', '/marketplace/v1/keys'))).toBe('401 key_revoked')
  const browser = hmacClient(await keyFor('ann'))
  expect(await told(browser.request('DELETE', '/marketplace/v1/sign-in'))).toMatchObject({ status: 200 })
  expect(await told(browser.request('GET', '/marketplace/v1/keys'))).toBe('401 key_revoked')
})

it('a frozen user trades nothing, makes no key and proves no wallet', async () => {
  const asked = [
    () => ann.request('POST', '/marketplace/v1/events', { eventId: 'event-0001' }),
    () => ann.request('POST', '/marketplace/v1/keys', { alg: 'hmac', scopes: ['read'] }),
    () => ann.request('POST', `${path}/challenges`, { chain: 'ETH', address: account.address }),
    () => ann.request('DELETE', `${path}/ETH/${account.address}`),
  ]
  for (const one of asked) expect(await told(one())).toBe('403 user_suspended')
})
