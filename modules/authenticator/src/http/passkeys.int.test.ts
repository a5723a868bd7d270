import { createHash, generateKeyPairSync } from 'node:crypto'
import { type SignerOptions, createClient, createSigner, type Client } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import { createSoftwarePasskey } from '@species/testing'
import { expect, it } from 'vitest'
import { confirmationText } from '@species/contracts'
import { maxChallengesOfNetwork } from '../adapters/passkey-challenges.ts'
import { maxKeysInUse } from '../domain/api-key.ts'
import { maxBrowsers } from '../domain/passkey.ts'
import { origin, publicUrl } from '../test-world.ts'
import { clock, database, fetchHere, now, openAccess, operator, told, userWithKey, world } from './test-world.ts'

openAccess()

const base = '/marketplace/v1/passkeys'
const signIn = '/marketplace/v1/sign-in/passkey'
type Passkey = ReturnType<typeof createSoftwarePasskey>

const anyone = createClient({ baseUrl: origin, fetch: fetchHere })
interface Posted {
  readonly challenge: string
  readonly user: { readonly id: string }
  readonly passkeyId: string
  readonly keyId: string
}
const post = async (client: Client, path: string, body: object = {}): Promise<Posted> =>
  (await client.request('POST', path, body)).body as Posted

/** A user whose browser, at home in the sandbox, made a first passkey. */
async function holder(onliId: string): Promise<{ client: Client; passkey: Passkey; passkeyId: string }> {
  const client = await userWithKey(onliId)
  const passkey = createSoftwarePasskey(publicUrl)
  const { passkeyId } = await post(client, base, {
    name: 'phone',
    response: passkey.create(await post(client, `${base}/options`)),
  })
  return { client, passkey, passkeyId }
}

const askToSignIn = async (publicKey: string): Promise<string> =>
  (await post(anyone, `${signIn}/options`, { publicKey })).challenge

async function signedIn(passkey: Passkey): Promise<{ client: Client; keyId: string }> {
  const pair = generateEd25519()
  const { publicKey } = pair
  clock.advance(1)
  const response = passkey.get(await askToSignIn(publicKey))
  const { keyId } = await post(anyone, signIn, { publicKey, response })
  const key: SignerOptions = { keyId, alg: 'ed25519', privateKey: pair.privateKey, now }
  return { client: createClient({ baseUrl: origin, fetch: fetchHere, signer: createSigner(key) }), keyId }
}

function confirmed(
  passkey: Passkey,
  onliId: string,
  method: string,
  path: string,
  body: object | string = '',
): Record<string, string> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const bodyHash = createHash('sha256').update(text).digest('base64url')
  return {
    'species-confirmation': passkey.confirm(confirmationText({ onliId, method, path, bodyHash }, now()), now()),
  }
}

const publicKey = generateEd25519().publicKey
const enrol = async (response: object, key = publicKey): Promise<unknown> =>
  await told(anyone.request('POST', signIn, { publicKey: key, response }))
const countKeys = async (): Promise<unknown> => await database.query('SELECT count(*) AS n FROM authenticator.api_keys')

it('a passkey signs a browser in: its key is the holder’s, can be listed and ends', async () => {
  const { passkey } = await holder('ann')
  const { client, keyId } = await signedIn(passkey)
  const keys = (await client.request('GET', '/marketplace/v1/keys')).body as { keys: Record<string, unknown>[] }
  expect(keys.keys.find((key) => key['keyId'] === keyId)).toMatchObject({
    alg: 'ed25519',
    expiresAt: new Date(now() + 12 * 3_600_000).toISOString(),
  })
  expect((await client.request('POST', '/authenticate')).body).toMatchObject({ onliId: 'ann' })
  expect((await client.request('GET', base)).body).toMatchObject({ passkeys: [{ name: 'phone' }] })
})

it('an answer is taken once, whether it is right or wrong', async () => {
  const { passkey } = await holder('bea')
  const response = passkey.get(await askToSignIn(publicKey))
  expect(await enrol(response)).toMatchObject({ status: 201 })
  expect(await enrol(response)).toBe('409 challenge_expired')
  const challenge = await askToSignIn(publicKey)
  expect(await enrol(passkey.get(challenge, { userVerified: false }))).toBe('403 passkey_invalid')
  expect(await enrol(passkey.get(challenge))).toBe('409 challenge_expired')
})

it('of two that race with one answer, one signs in', async () => {
  const { passkey } = await holder('cid')
  const response = passkey.get(await askToSignIn(publicKey))
  const answers = await Promise.all([enrol(response), enrol(response), enrol(response)])
  expect(answers.filter((one) => one === '409 challenge_expired')).toHaveLength(2)
})

it('a challenge enrols the key it was asked for, and no other', async () => {
  const { passkey } = await holder('dee')
  const response = passkey.get(await askToSignIn(publicKey))
  expect(await enrol(response, generateEd25519().publicKey)).toBe('403 passkey_invalid')
})

it('a challenge is good for five minutes', async () => {
  const { passkey } = await holder('eve')
  const response = passkey.get(await askToSignIn(publicKey))
  clock.advance(300_000)
  expect(await enrol(response)).toBe('409 challenge_expired')
})

it.each([
  ['of another page', { origin: 'https://evil.test' }],
  ['of a page of ours that is not secure', { origin: 'http://market.test' }],
  ['for another relying party', { rpId: 'evil.test' }],
  ['in a frame of another site', { crossOrigin: true }],
  ['without its user', { userPresent: false }],
  ['whose user was not verified', { userVerified: false }],
  ['of a registration', { type: 'webauthn.create' }],
  ['of another user’s handle', { userHandle: 'b3RoZXI' }],
  ['signed by another key', { signWith: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }],
  ['that counts backwards', { counter: 1 }],
])('an answer %s signs nobody in', async (name, twist) => {
  const { passkey } = await holder(`user-${name.replaceAll(/[^a-z]/g, '-')}`)
  await signedIn(passkey)
  const before = await countKeys()
  expect(await enrol(passkey.get(await askToSignIn(publicKey), twist))).toBe('403 passkey_invalid')
  expect(await countKeys()).toEqual(before)
})

it('a passkey that nobody registered gets the answer of a wrong one', async () => {
  const stranger = createSoftwarePasskey(publicUrl)
  expect(await enrol(stranger.get(await askToSignIn(publicKey), { userHandle: 'bm9ib2R5' }))).toBe(
    '403 passkey_invalid',
  )
})

it.each([
  ['another page', { origin: 'https://evil.test' }],
  ['another relying party', { rpId: 'evil.test' }],
  ['another challenge', { challenge: Buffer.alloc(32).toString('base64url') }],
  ['nobody, as its user was not verified', { userVerified: false }],
])('a passkey that was made for %s is not kept', async (name, twist) => {
  const client = await userWithKey(`maker-${name.slice(0, 11).replaceAll(/[^a-z]/g, '-')}`)
  const response = createSoftwarePasskey(publicUrl).create(await post(client, `${base}/options`), twist)
  expect(await told(client.request('POST', base, { name: 'phone', response }))).toMatch(
    /passkey_invalid|challenge_expired/,
  )
  expect((await client.request('GET', base)).body).toEqual({ passkeys: [] })
})

it('a challenge for one person makes no passkey for another', async () => {
  const [one, other] = [await userWithKey('fay'), await userWithKey('gus')]
  const response = createSoftwarePasskey(publicUrl).create(await post(one, `${base}/options`))
  expect(await told(other.request('POST', base, { name: 'x', response }))).toBe('409 challenge_expired')
})

it('a passkey is one person’s: another cannot register it again', async () => {
  const { passkey } = await holder('hal')
  const other = await userWithKey('ida')
  const response = passkey.create(await post(other, `${base}/options`))
  expect(await told(other.request('POST', base, { name: 'x', response }))).toBe('409 already_exists')
})

it('a second passkey is confirmed with the first one: a stolen key adds none', async () => {
  const { client, passkey } = await holder('jan')
  const second = createSoftwarePasskey(publicUrl)
  const body = { name: 'laptop', response: second.create(await post(client, `${base}/options`)) }
  expect(await told(client.request('POST', base, body))).toBe('403 confirmation_required')
  const byItself = confirmed(second, 'jan', 'POST', base, body)
  expect(await told(client.request('POST', base, body, byItself))).toBe('403 confirmation_invalid')
  const { passkey: strangers } = await holder('kim')
  expect(await told(client.request('POST', base, body, confirmed(strangers, 'jan', 'POST', base, body)))).toBe(
    '403 confirmation_invalid',
  )
  expect(await told(client.request('POST', base, body, confirmed(passkey, 'jan', 'POST', base, body)))).toMatchObject({
    status: 201,
  })
})

it('outside a sandbox at home no key makes a first passkey', async () => {
  const client = await userWithKey('leo')
  const response = createSoftwarePasskey(publicUrl).create(await post(client, `${base}/options`))
  const deps = world.deps as { sandboxSignIn: boolean }
  deps.sandboxSignIn = false
  expect(await told(client.request('POST', base, { name: 'x', response }))).toBe('403 forbidden')
  deps.sandboxSignIn = true
})

it('the last passkey stays; another can be removed by its owner, and its browsers are signed out', async () => {
  const { client, passkey, passkeyId } = await holder('mia')
  const one = `${base}/${passkeyId}`
  expect(await told(client.request('DELETE', one))).toBe('412 precondition_failed')
  const second = createSoftwarePasskey(publicUrl)
  const body = { name: 'laptop', response: second.create(await post(client, `${base}/options`)) }
  await client.request('POST', base, body, confirmed(passkey, 'mia', 'POST', base, body))
  const browser = await signedIn(passkey)
  expect(await told(client.request('DELETE', one))).toBe('403 confirmation_required')
  const { client: stranger } = await holder('nat')
  expect(await told(stranger.request('DELETE', one))).toBe('404 not_found')
  await client.request('DELETE', one, undefined, confirmed(second, 'mia', 'DELETE', one))
  expect(await told(browser.client.request('GET', base))).toBe('401 key_revoked')
  expect(await enrol(passkey.get(await askToSignIn(publicKey)))).toBe('403 passkey_invalid')
  expect(await told((await signedIn(second)).client.request('GET', base))).toMatchObject({ status: 200 })
})

it('challenges have bounds: one network’s newest push out its oldest', async () => {
  const { passkey } = await holder('oda')
  const oldest = await askToSignIn(publicKey)
  for (let count = 1; count < maxChallengesOfNetwork; count++) await askToSignIn(publicKey)
  const still = await askToSignIn(publicKey)
  expect(await enrol(passkey.get(oldest))).toBe('409 challenge_expired')
  expect(await enrol(passkey.get(still))).toMatchObject({ status: 201 })
})

it('a passkey that signs in again and again leaves few keys: the oldest browser is signed out', async () => {
  const { passkey } = await holder('pam')
  const first = await signedIn(passkey)
  for (let count = 1; count < maxBrowsers; count++) await signedIn(passkey)
  expect(await told(first.client.request('GET', base))).toMatchObject({ status: 200 })
  await signedIn(passkey)
  expect(await told(first.client.request('GET', base))).toBe('401 key_revoked')
})

it('whoever has filled the keys of an owner does not keep out the owner’s passkey, which ends them', async () => {
  const { client, passkey } = await holder('qia')
  const body = { alg: 'hmac', scopes: ['read'] }
  const made: string[] = []
  for (let count = 1; count < maxKeysInUse; count++) made.push((await post(client, '/marketplace/v1/keys', body)).keyId)
  expect(await told(client.request('POST', '/marketplace/v1/keys', body))).toBe('403 forbidden')
  const browser = (await signedIn(passkey)).client
  await browser.request('DELETE', `/marketplace/v1/keys/${made[0]}`)
  expect(await told(client.request('POST', '/marketplace/v1/keys', body))).toMatchObject({ status: 201 })
})

it('the browser that rotates its key gets no more keys than signing in again', async () => {
  const { passkey } = await holder('rae')
  for (let count = 1; count < maxBrowsers; count++) await signedIn(passkey)
  const last = await signedIn(passkey)
  const rotation = { publicKey: generateEd25519().publicKey, overlapSeconds: 3600 }
  await post(last.client, `/marketplace/v1/keys/${last.keyId}/rotate`, rotation)
  const [row] = await database.query<{ n: bigint }>(
    `SELECT count(*) AS n FROM authenticator.api_keys
     WHERE onli_id = 'rae' AND passkey_id IS NOT NULL AND expires_at > $1`,
    [new Date(now()).toISOString()],
  )
  expect(row).toEqual({ n: BigInt(maxBrowsers) })
})

it('strangers who ask for challenges from many networks push out none of a person', async () => {
  const client = await userWithKey('sia')
  const options = await post(client, `${base}/options`)
  await database.query(
    `INSERT INTO authenticator.passkey_challenges (challenge, purpose, share, expires_at)
     SELECT 'stranger-' || n, 'sign-in', 'network:' || n, $1 FROM generate_series(1, 10001) n`,
    [new Date(now() + 300_000).toISOString()],
  )
  await askToSignIn(publicKey)
  const left = await database.query(
    `SELECT count(*) AS n FROM authenticator.passkey_challenges WHERE share LIKE 'net%'`,
  )
  expect(left).toEqual([{ n: 10_000n }])
  const response = createSoftwarePasskey(publicUrl).create(options)
  expect(await told(client.request('POST', base, { name: 'phone', response }))).toMatchObject({ status: 201 })
})

it('the keys of one operator keep no other operator from rotating theirs', async () => {
  const at = new Date(now()).toISOString()
  await database.query(
    `INSERT INTO authenticator.operators (operator_id, name, created_by, created_at, role)
     VALUES ('zed', 'zed', 'setup', $1, 'viewer')`,
    [at],
  )
  await database.query(
    `INSERT INTO authenticator.api_keys (key_id, onli_id, operator_id, alg, public_key, scopes, schemes, limits_version, created_at)
     SELECT 'key_zed' || n, 'operator', 'zed', 'ed25519', 'zed' || n, '["operator"]', '["rfc9421"]', 1, $1
     FROM generate_series(1, 50) n`,
    [at],
  )
  const rotation = { publicKey: generateEd25519().publicKey, overlapSeconds: 3600 }
  expect(await told(operator.request('POST', '/admin/v1/operators/keys/key_operator/rotate', rotation))).toMatchObject({
    status: 201,
  })
})

it('an operator signs in as the person they are, and not while they are suspended', async () => {
  const passkey = createSoftwarePasskey(publicUrl)
  await post(operator, base, { name: 'key', response: passkey.create(await post(operator, `${base}/options`)) })
  const key = generateEd25519().publicKey
  expect(await enrol(passkey.get(await askToSignIn(key)), key)).toMatchObject({
    onliId: 'operator',
    operatorId: 'setup',
  })
  await database.query(`UPDATE authenticator.operators SET suspended_at = $1`, [new Date(now()).toISOString()])
  expect(await enrol(passkey.get(await askToSignIn(key)), key)).toBe('403 user_suspended')
  await database.query(`UPDATE authenticator.operators SET suspended_at = NULL`)
})
