import { generateKeyPairSync } from 'node:crypto'
import type { Database } from '@species/database'
import { pgliteWith, manualClock } from '@species/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findKey } from '../adapters/key-store.ts'
import { ensureOperatorKey, authenticatorModule } from '../index.ts'
import { type World, createWorld, origin } from '../test-world.ts'

let database: Database
let world: World
const clock = manualClock(Date.UTC(2026, 0, 1))
const newPublicKey = (): string => generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x ?? ''

beforeAll(async () => {
  database = await pgliteWith(authenticatorModule)
  world = createWorld(database, clock)
  await ensureOperatorKey({ ...world.deps, clock }, { keyId: 'key_operator', publicKey: newPublicKey() })
  await database.query(
    `INSERT INTO authenticator.users (onli_id, marketplace_user_id, vault_id, status, profile_tray, created_at, updated_at)
     VALUES ('alice', gen_random_uuid(), 'vault-alice', 'active', '{}', now(), now())`,
  )
})
afterAll(() => database.close())

const ours = { host: 'localhost:8080', origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' }

async function ask(
  method: 'GET' | 'POST',
  path: string,
  body?: object,
  headers: Record<string, string> = ours,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await world.app.fetch(
    new Request(`${origin}/marketplace/v1/sign-in${path}`, {
      method,
      headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    }),
  )
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

test('a page of ours is told who of the demo users is there, another page no one', async () => {
  expect((await ask('GET', '')).body).toEqual({ continueAs: ['alice', 'operator'] })
  expect((await ask('GET', '', undefined, { ...ours, 'sec-fetch-site': 'cross-site' })).body).toEqual({
    continueAs: [],
  })
})

test('the key of a browser is its own, ends after half a day, and an operator’s belongs to a person', async () => {
  for (const [as, scope, operatorId] of [
    ['alice', 'trade', undefined],
    ['operator', 'operator', 'setup'],
  ] as const) {
    const publicKey = newPublicKey()
    const { status, body } = await ask('POST', '/sandbox', { as, publicKey })
    expect([status, body['onliId'], body['publicKey'], body['secret']]).toEqual([201, as, publicKey, undefined])
    const key = await findKey(database, String(body['keyId']))
    expect(key).toMatchObject({ onliId: as, alg: 'ed25519', expiresAtMs: clock.now() + 12 * 3_600_000 })
    expect([key?.scopes.includes(scope), key?.operatorId]).toEqual([true, operatorId])
  }
})

test.each([
  ['a forwarded request', { ...ours, 'x-forwarded-for': '127.0.0.1' }],
  ['a page of another site', { ...ours, 'sec-fetch-site': 'cross-site', origin: 'http://evil.example' }],
  ['a foreign name that leads to us', { ...ours, host: 'evil.example' }],
  ['a program', { host: 'localhost:8080' }],
])('%s enrols no key', async (_name, headers) => {
  const before = await database.query('SELECT count(*) AS n FROM authenticator.api_keys')
  const { status, body } = await ask('POST', '/sandbox', { as: 'alice', publicKey: newPublicKey() }, headers)
  expect([status, body['code']]).toEqual([403, 'forbidden'])
  expect(await database.query('SELECT count(*) AS n FROM authenticator.api_keys')).toEqual(before)
})

test('where not every partner is the sandbox, or others reach the server, nobody continues as a demo user', async () => {
  const atHome = world
  world = createWorld(database, clock, { sandboxSignIn: false })
  expect((await ask('POST', '/sandbox', { as: 'alice', publicKey: newPublicKey() })).status).toBe(403)
  expect((await ask('GET', '')).body).toEqual({ continueAs: [] })
  world = atHome
})

test('a user who is not there is not made', async () => {
  expect((await ask('POST', '/sandbox', { as: 'bob', publicKey: newPublicKey() })).status).toBe(404)
})
