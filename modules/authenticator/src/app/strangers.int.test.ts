import type { Database } from '@species/database'
import { type Signer, createSigner } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import { manualClock, pgliteWith } from '@species/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authenticatorModule } from '../index.ts'
import { type World, createWorld, giveKey, origin, requestOf } from '../test-world.ts'
import { createUser } from './manage-users.ts'

const path = '/marketplace/v1/events'
const trace = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`
const clock = manualClock()
const pair = generateEd25519()
let database: Database
let world: World
beforeAll(async () => {
  database = await pgliteWith(authenticatorModule)
  world = createWorld(database, clock)
  await createUser(world.deps, { onliId: 'alice', profileTray: {}, trace })
})
afterAll(() => database.close())

async function makeKey(alg: 'hmac' | 'ed25519'): Promise<Signer & { keyId: string }> {
  const publicKey = alg === 'ed25519' ? pair.publicKey : undefined
  const made = await giveKey(world.deps, {
    onliId: 'alice',
    request: { alg, publicKey, scopes: ['trade'], limits: undefined, schemes: undefined, expiresAtMs: undefined },
    trace,
  })
  if (!made.ok) throw new Error(made.refusal.detail)
  const { key, secret = '' } = made.value
  const now = (): number => clock.now()
  return alg === 'hmac'
    ? createSigner({ keyId: key.keyId, alg, secret, now })
    : createSigner({ keyId: key.keyId, alg, privateKey: pair.privateKey, now })
}

const signed = async (signer: Signer, body: string) =>
  requestOf('POST', path, await signer.headersFor({ method: 'POST', url: origin + path, body }), body)

describe('what one caller sends or has does not touch those who come with them', () => {
  it('an event id that no database can store is no event id', async () => {
    const signer = await makeKey('ed25519')
    const ids = [String.raw`"\u0000aaaaaaa"`, String.raw`"\ud800aaaaaaa"`, '"aaaaaaaa"']
    const requests = await Promise.all(ids.map((id) => signed(signer, `{"eventId":${id}}`)))
    const verified = async () => {
      const answers = await Promise.all(requests.map((request) => world.verifier.verify(request)))
      return answers.map((answer) => (answer.ok ? answer.value.resend : answer.refusal.code))
    }
    expect(await verified()).toEqual([false, false, false])
    // So a request with such an id is never the resend of an event.
    expect(await verified()).toEqual(['replayed_nonce', 'replayed_nonce', true])
  })

  it('a key that cannot be opened fails alone', async () => {
    const broken = await makeKey('hmac')
    const whole = await makeKey('hmac')
    await database.query(`UPDATE authenticator.api_keys SET secret_sealed = 'x' WHERE key_id = $1`, [broken.keyId])
    const requests = await Promise.all([broken, whole].map((signer) => signed(signer, '{"eventId":"aaaaaaab"}')))
    const verifier = createWorld(database, clock).verifier
    const [bad, good] = await Promise.allSettled(requests.map((request) => verifier.verify(request)))
    expect(bad?.status).toBe('rejected')
    expect(good).toMatchObject({ status: 'fulfilled', value: { ok: true } })
  })
})
