import { createClient, createSigner } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import { manualClock } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { origin } from '../test-world.ts'
import { told } from './test-world.ts'
import { type TwoOperators, createTwoOperators } from './test-two-operators.ts'

const clock = manualClock()
let two: TwoOperators
let user: string
let users = 0
beforeAll(async () => {
  two = await createTwoOperators(clock)
})
afterAll(() => two.database.close())
beforeEach(async () => {
  user = `user-${++users}`
  await two.setup.client.request('POST', '/admin/v1/users', { onliId: user })
  two.world.announced.length = 0
})
const make = (body: object): Promise<unknown> =>
  told(two.setup.client.request('POST', `/admin/v1/users/${user}/keys`, body))
const keysInTable = async (): Promise<{ scopes: string[]; made_by: string }[]> =>
  await two.database.query('SELECT scopes, made_by FROM authenticator.api_keys WHERE onli_id = $1', [user])
const listOf = async (keyId: string, privateKey: string): Promise<{ keyId: string; createdBy?: string }[]> => {
  const signer = createSigner({ keyId, alg: 'ed25519', privateKey, now: () => clock.now() })
  const fetchHere = async (request: Request): Promise<Response> => await two.world.app.fetch(request)
  const client = createClient({ baseUrl: origin, fetch: fetchHere, signer })
  return ((await client.request('GET', '/marketplace/v1/keys')).body as { keys: [] }).keys
}

describe('a key that an operator makes for a user', () => {
  it.each(['trade', 'payout', 'keys', 'wallets', 'webhooks'])(
    'with the scope %s is made by nobody alone',
    async (scope) => {
      const { publicKey } = generateEd25519()
      const proposed = await make({ alg: 'ed25519', publicKey, scopes: ['read', scope] })
      expect(proposed).toMatchObject({ status: 202 })
      expect(await keysInTable()).toEqual([])
      expect(await two.approve(two.setup, proposed)).toBe('403 forbidden')
      expect(await keysInTable()).toEqual([])
      expect(two.world.announced).toEqual([])
      expect(await two.approve(two.olga, proposed)).toMatchObject({ keyId: expect.any(String) as string })
      expect(await keysInTable()).toEqual([
        { scopes: ['read', scope], made_by: `operator:setup/key_operator+olga/${two.olga.keyId}` },
      ])
      expect(await two.approve(two.olga, proposed)).toBe('412 precondition_failed')
      expect(await keysInTable()).toHaveLength(1)
    },
  )

  it('is told to the user, and stands in their list as an operator’s', async () => {
    const pair = generateEd25519()
    const proposed = await make({ alg: 'ed25519', publicKey: pair.publicKey, scopes: ['read', 'keys'] })
    const { keyId } = (await two.approve(two.olga, proposed)) as { keyId: string }
    expect(two.world.announced).toEqual([
      {
        owner: user,
        type: 'key.created',
        key: keyId,
        data: { keyId, scopes: ['read', 'keys'], createdBy: 'operator' },
      },
    ])
    expect(await listOf(keyId, pair.privateKey)).toMatchObject([{ keyId, createdBy: 'operator' }])
  })

  it('can do more than read only if it is made of the user’s public key: no operator gets its secret', async () => {
    expect(await make({ alg: 'hmac', scopes: ['read', 'trade'] })).toBe('403 forbidden')
    expect(await keysInTable()).toEqual([])
  })

  it('can be made by one person if it only reads', async () => {
    expect(await make({ alg: 'hmac', scopes: ['read'] })).toMatchObject({ status: 201, createdBy: 'operator' })
  })

  it('never has the scope `operator`', async () => {
    const { publicKey } = generateEd25519()
    expect(await make({ alg: 'ed25519', publicKey, scopes: ['operator'] })).toBe('403 forbidden')
  })
})

describe('a key that a user’s key makes', () => {
  it('stands in the list as made by that key, and is told to the user, its end too', async () => {
    const pair = generateEd25519()
    const proposed = await make({ alg: 'ed25519', publicKey: pair.publicKey, scopes: ['read', 'keys'] })
    const { keyId } = (await two.approve(two.olga, proposed)) as { keyId: string }
    const signer = createSigner({ keyId, alg: 'ed25519', privateKey: pair.privateKey, now: () => clock.now() })
    const fetchHere = async (request: Request): Promise<Response> => await two.world.app.fetch(request)
    const client = createClient({ baseUrl: origin, fetch: fetchHere, signer })
    const made = (await client.request('POST', '/marketplace/v1/keys', { alg: 'hmac', scopes: ['read'] })).body as {
      keyId: string
    }
    await client.request('DELETE', `/marketplace/v1/keys/${made.keyId}`)
    expect(await listOf(keyId, pair.privateKey)).toContainEqual(
      expect.objectContaining({ keyId: made.keyId, createdBy: keyId }),
    )
    const data = { keyId: made.keyId, scopes: ['read'], createdBy: keyId }
    expect(two.world.announced.slice(1)).toEqual([
      { owner: user, type: 'key.created', key: made.keyId, data },
      { owner: user, type: 'key.revoked', key: made.keyId, data },
    ])
  })
})
