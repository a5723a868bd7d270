import type { Database } from '@species/database'
import { systemIds } from '@species/platform'
import { type Client, SpeciesError, createClient, createSigner } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import { manualClock, pgliteWith } from '@species/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureOperatorKey, authenticatorModule } from '../index.ts'
import { createWorld, origin } from '../test-world.ts'

interface KeyAnswer {
  readonly keyId: string
  readonly secret: string
  readonly scopes: string[]
}

const clock = manualClock()
const now = (): number => clock.now()
let database: Database
let operator: Client
let fetchHere: (request: Request) => Promise<Response>

const operatorClient = (keyId: string, privateKey: string): Client =>
  createClient({ baseUrl: origin, fetch: fetchHere, signer: createSigner({ keyId, alg: 'ed25519', privateKey, now }) })

/** The status of an answer, with the code of a refusal. */
const told = async (call: Promise<{ status: number }>): Promise<string> => {
  try {
    return String((await call).status)
  } catch (error) {
    if (!(error instanceof SpeciesError)) throw error
    return `${error.status} ${error.code}`
  }
}

beforeAll(async () => {
  database = await pgliteWith(authenticatorModule)
  const world = createWorld(database, clock)
  fetchHere = async (request) => await world.app.fetch(request)
  const { publicKey, privateKey } = generateEd25519()
  await ensureOperatorKey({ database, clock, ids: systemIds }, { keyId: 'key_operator', publicKey })
  operator = operatorClient('key_operator', privateKey)
})
afterAll(() => database.close())

describe('operators are people', () => {
  const people = async (): Promise<
    { operatorId: string; name: string; createdBy: string; keys: { keyId: string }[] }[]
  > =>
    ((await operator.request('GET', '/admin/v1/operators')).body as { operators: Awaited<ReturnType<typeof people>> })
      .operators
  const added = async (operatorId: string): Promise<{ client: Client; keyId: string }> => {
    const { privateKey, publicKey } = generateEd25519()
    const body = { operatorId, name: `${operatorId} of the night shift`, role: 'admin', publicKey }
    const { keyId } = (await operator.request('POST', '/admin/v1/operators', body)).body as KeyAnswer
    return { client: operatorClient(keyId, privateKey), keyId }
  }

  it('with names and keys of their own; who added them is kept', async () => {
    const { client, keyId } = await added('olga')
    expect(await told(client.request('GET', '/admin/v1/operators'))).toBe('200')
    const [olga, setup] = await people()
    expect(olga).toMatchObject({ name: 'olga of the night shift', createdBy: 'setup/key_operator', keys: [{ keyId }] })
    expect(setup).toMatchObject({ operatorId: 'setup', keys: [{ keyId: 'key_operator' }] })
    const again = { operatorId: 'olga', name: 'Another', publicKey: generateEd25519().publicKey }
    expect(await told(operator.request('POST', '/admin/v1/operators', again))).toBe('409 already_exists')
  })

  it('what they do is recorded under the person, whichever key they use', async () => {
    const { client, keyId } = await added('oscar')
    const theirs = generateEd25519()
    const path = `/admin/v1/operators/keys/${keyId}/rotate`
    const next = (await client.request('POST', path, { publicKey: theirs.publicKey })).body as KeyAnswer
    await operator.request('POST', '/admin/v1/users', { onliId: 'watched-user' })
    const changes: [Client, string][] = [
      [client, `oscar/${keyId}`],
      [operatorClient(next.keyId, theirs.privateKey), `oscar/${next.keyId}`],
    ]
    for (const [as, by] of changes) {
      await as.request('POST', '/admin/v1/users/watched-user/status', { status: 'suspended', reason: `said ${by}` })
      const rows = await database.query('SELECT changed_by FROM authenticator.status_changes WHERE reason = $1', [
        `said ${by}`,
      ])
      expect(rows).toEqual([{ changed_by: by }])
    }
  })

  it('rotate a key of their own, and it ends after the overlap; nobody else’s', async () => {
    const { client, keyId } = await added('otto')
    const path = `/admin/v1/operators/keys/${keyId}/rotate`
    const { publicKey, privateKey } = generateEd25519()
    expect(await told(operator.request('POST', path, { publicKey }))).toBe('404 not_found')
    const next = (await client.request('POST', path, { publicKey, overlapSeconds: 60 })).body as KeyAnswer
    expect(next.scopes).toEqual(['read', 'operator'])
    expect(await told(client.request('GET', '/admin/v1/operators'))).toBe('200')
    clock.advance(60_000)
    expect(await told(client.request('GET', '/admin/v1/operators'))).toBe('401 key_revoked')
    const later = operatorClient(next.keyId, privateKey)
    expect(await told(later.request('GET', '/admin/v1/operators'))).toBe('200')
  })

  it('who makes and who revokes a key is kept', async () => {
    const { client, keyId } = await added('odile')
    await operator.request('POST', '/admin/v1/users', { onliId: 'kept-user' })
    const body = { alg: 'hmac', scopes: ['read'] }
    const made = (await client.request('POST', '/admin/v1/users/kept-user/keys', body)).body as KeyAnswer
    await operator.request('DELETE', `/admin/v1/keys/${made.keyId}`)
    await client.request('DELETE', `/admin/v1/keys/${made.keyId}`)
    const rows = await database.query('SELECT made_by, revoked_by FROM authenticator.api_keys WHERE key_id = $1', [
      made.keyId,
    ])
    expect(rows).toEqual([{ made_by: `operator:odile/${keyId}`, revoked_by: 'setup/key_operator' }])
  })

  it('a user’s key adds none', async () => {
    await operator.request('POST', '/admin/v1/users', { onliId: 'ambitious-user' })
    const asked = { alg: 'hmac', scopes: ['read', 'trade', 'keys', 'wallets'] }
    const key = (await operator.request('POST', '/admin/v1/users/ambitious-user/keys', asked)).body as KeyAnswer
    const client = createClient({
      baseUrl: origin,
      fetch: fetchHere,
      signer: createSigner({ ...key, alg: 'hmac', now }),
    })
    const body = { operatorId: 'mallory', name: 'Mallory', publicKey: generateEd25519().publicKey }
    expect(await told(client.request('POST', '/admin/v1/operators', body))).toBe('403 forbidden')
  })
})
