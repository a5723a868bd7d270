import { type Client, createClient, createSigner } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import { createSoftwarePasskey } from '@species/testing'
import { type PrivateKeyAccount, generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { expect, it } from 'vitest'
import { origin, publicUrl } from '../test-world.ts'
import {
  type KeyAnswer,
  clock,
  database,
  fetchHere,
  hmacClient,
  keyFor,
  now,
  openAccess,
  told,
  userWithKey,
} from './test-world.ts'

openAccess()

const path = '/marketplace/v1/sign-in/wallet'
const anyone = createClient({ baseUrl: origin, fetch: fetchHere })
const newAccount = (): PrivateKeyAccount => privateKeyToAccount(generatePrivateKey())

async function prove(client: Client, account: PrivateKeyAccount): Promise<number> {
  const asked = { chain: 'ETH', address: account.address }
  const { challengeId, message } = (await client.request('POST', '/marketplace/v1/wallets/challenges', asked)).body as {
    challengeId: string
    message: string
  }
  const signature = await account.signMessage({ message })
  return (await client.request('POST', '/marketplace/v1/wallets', { challengeId, signature })).status
}
async function owner(onliId: string): Promise<{ client: Client; account: PrivateKeyAccount }> {
  const [client, account] = [await userWithKey(onliId), newAccount()]
  await prove(client, account)
  return { client, account }
}
const allow = async (client: Client, { address }: PrivateKeyAccount, isAllowed = true): Promise<unknown> =>
  await told(client.request('PUT', path, { address, isAllowed }))

const publicKey = generateEd25519().publicKey
async function ask(account: PrivateKeyAccount, key = publicKey): Promise<string> {
  const body = { address: account.address, publicKey: key }
  return ((await anyone.request('POST', `${path}/options`, body)).body as { message: string }).message
}
async function enter(account: PrivateKeyAccount, message: string, key = publicKey): Promise<unknown> {
  const signature = await account.signMessage({ message })
  return await told(anyone.request('POST', path, { message, signature, publicKey: key }))
}
const refused = '422 wallet_proof_invalid'

it('a wallet that its owner allowed signs them in, once a message, with a key that makes no keys and pays nothing out', async () => {
  const { client, account } = await owner('ann')
  expect(await enter(account, await ask(account))).toBe(refused)
  expect(await allow(client, account)).toMatchObject({ status: 204 })
  const message = await ask(account)
  expect(message).toMatch(/^market\.test wants you to sign in with your Ethereum account:\n0x/)
  const wallets = await database.query('SELECT onli_id, address, proven_at, released_at FROM authenticator.wallets')
  expect(await enter(account, message)).toMatchObject({
    status: 201,
    onliId: 'ann',
    scopes: ['read', 'trade'],
  })
  expect(await database.query('SELECT onli_id, address, proven_at, released_at FROM authenticator.wallets')).toEqual(
    wallets,
  )
  expect(await enter(account, message)).toBe('409 challenge_expired')
  const { keys } = (await client.request('GET', '/marketplace/v1/keys')).body as { keys: { createdBy: string }[] }
  expect(keys.map((key) => key.createdBy)).toContain(`wallet/${account.address.toLowerCase()}`)
  expect(await allow(client, account, false)).toMatchObject({ status: 204 })
  expect(await enter(account, await ask(account))).toBe(refused)
})

it.each([
  ['for another host', (text: string) => text.replace('market.test wants', 'evil.test wants')],
  ['at another address', (text: string) => text.replace('URI: https://market.test', 'URI: https://evil.test')],
  ['for another chain', (text: string) => text.replace('Chain ID: 1', 'Chain ID: 5')],
  ['with other words', (text: string) => text.replace('moves nothing', 'moves all')],
  ['that ends later', (text: string) => text.replace(/Expiration Time: 20\d\d/, 'Expiration Time: 2099')],
  ['of no time', (text: string) => text.replace(/Issued At: .*/, 'Issued At: 2026-99-99T99:99:99.999Z')],
  ['of the last time', (text: string) => text.replace(/Issued At: .*/, 'Issued At: +275760-09-13T00:00:00.000Z')],
  ['with more in it', (text: string) => `${text}\nRequest ID: 1`],
])('a message %s signs nobody in', async (name, change) => {
  const { client, account } = await owner(`user-${name.replaceAll(/[^a-z]/g, '-')}`)
  expect(await allow(client, account)).toMatchObject({ status: 204 })
  const message = await ask(account)
  expect(change(message)).not.toBe(message)
  expect(await enter(account, change(message))).toBe(refused)
  expect(await enter(account, message)).toBe('409 challenge_expired')
})

it('a message enrols the key that it names, from the wallet that it names, and for five minutes', async () => {
  const { client, account } = await owner('bea')
  expect(await allow(client, account)).toMatchObject({ status: 204 })
  expect(await enter(account, await ask(account), generateEd25519().publicKey)).toBe(refused)
  expect(await enter(newAccount(), await ask(account))).toBe(refused)
  const message = await ask(account)
  clock.advance(300_000)
  expect(await enter(account, message)).toBe('409 challenge_expired')
})

it('only a key that may do everything allows it: a narrow one does not become a broad one by a wallet of its thief', async () => {
  const { account } = await owner('cid')
  const narrow = [
    { scopes: ['read', 'wallets'] },
    { scopes: ['read', 'trade', 'keys', 'wallets', 'webhooks'], expiresAt: '2099-01-01T00:00:00Z' },
    { scopes: ['read', 'trade', 'keys', 'wallets', 'webhooks'], limits: { unitsPerTrade: '5' } },
  ]
  for (const more of narrow) expect(await allow(hmacClient(await keyFor('cid', more)), account)).toBe('403 forbidden')
  const { account: strangers } = await owner('dee')
  const whole = hmacClient(await keyFor('cid', { scopes: ['read', 'trade', 'keys', 'wallets', 'webhooks'] }))
  expect(await allow(whole, strangers)).toBe('404 not_found')
})

it('a person who has a passkey allows it with the passkey alone', async () => {
  const { client, account } = await owner('eve')
  const passkey = createSoftwarePasskey(publicUrl)
  const options = (await client.request('POST', '/marketplace/v1/passkeys/options', {})).body
  const response = passkey.create(options as Parameters<typeof passkey.create>[0])
  await client.request('POST', '/marketplace/v1/passkeys', { name: 'phone', response })
  expect(await allow(client, account)).toBe('403 confirmation_required')
})

it('a wallet that another user has asked for signs no one in, and its new owner allows it anew', async () => {
  const { client, account } = await owner('fay')
  expect(await allow(client, account)).toMatchObject({ status: 204 })
  const other = await userWithKey('gus')
  expect(await prove(other, account)).toBe(202)
  expect(await enter(account, await ask(account))).toBe(refused)
  clock.advance(172_800_001)
  expect(await prove(other, account)).toBe(201)
  expect(await enter(account, await ask(account))).toBe(refused)
})

it('a wallet that signs in again and again leaves few keys', async () => {
  const { client, account } = await owner('hal')
  expect(await allow(client, account)).toMatchObject({ status: 204 })
  const pair = generateEd25519()
  const first = (await enter(account, await ask(account, pair.publicKey), pair.publicKey)) as KeyAnswer
  for (let count = 0; count < 10; count++) {
    clock.advance(1)
    await enter(account, await ask(account))
  }
  const signer = createSigner({ keyId: first.keyId, alg: 'ed25519', privateKey: pair.privateKey, now })
  const browser = createClient({ baseUrl: origin, fetch: fetchHere, signer })
  expect(await told(browser.request('GET', '/marketplace/v1/passkeys'))).toBe('401 key_revoked')
})
