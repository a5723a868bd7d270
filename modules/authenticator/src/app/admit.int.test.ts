import type { SignedRequest } from '@species/contracts'
import type { Database } from '@species/database'
import { type Signer, createSigner } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import { manualClock, pgliteWith } from '@species/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authenticatorModule } from '../index.ts'
import { type World, byOperator, createWorld, giveKey, origin, requestOf } from '../test-world.ts'
import { revokeKey } from './manage-keys.ts'
import { createUser } from './manage-users.ts'

const trace = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`
const clock = manualClock()
const { publicKey, privateKey } = generateEd25519()
let database: Database
let world: World
let signer: Signer
beforeAll(async () => {
  database = await pgliteWith(authenticatorModule)
  world = createWorld(database, clock)
  await createUser(world.deps, { onliId: 'alice', profileTray: {}, trace })
  const made = await giveKey(world.deps, {
    onliId: 'alice',
    request: {
      alg: 'ed25519',
      publicKey,
      scopes: ['read', 'trade'],
      limits: undefined,
      schemes: undefined,
      expiresAtMs: undefined,
    },
    trace,
  })
  if (!made.ok) throw new Error(made.refusal.detail)
  signer = createSigner({ keyId: made.value.key.keyId, alg: 'ed25519', privateKey, now: () => clock.now() })
})
afterAll(async () => {
  await database.close()
})

async function signedRequest(method: 'GET' | 'POST'): Promise<SignedRequest> {
  const path = '/marketplace/v1/events'
  const body = method === 'POST' ? '{"eventId":"event-0001"}' : undefined
  return requestOf(method, path, await signer.headersFor({ method, url: origin + path, body }), body)
}

describe('who may ask so often', () => {
  const turnAway = async (): Promise<never> => {
    throw new Error('too often')
  }

  it('is asked of a right signature, before its nonce is stored: the same request may be sent again', async () => {
    const one = await signedRequest('POST')
    let asked: unknown
    await expect(
      world.verifier.verify(one, async (principal, freshUntilMs) => {
        asked = [principal.onliId, freshUntilMs - Math.floor(clock.now() / 1_000) * 1_000]
        await turnAway()
      }),
    ).rejects.toThrow('too often')
    expect(asked).toEqual(['alice', 300_000])
    expect(await world.verifier.verify(one)).toMatchObject({ ok: true, value: { resend: false } })
  })

  it('is not asked of a key that is revoked, has ended, or whose owner is suspended: it uses up nobody’s allowance', async () => {
    const asked: string[] = []
    const admit = async ({ keyId }: { keyId: string }): Promise<void> => void asked.push(keyId)
    const signedBy = async (onliId: string, expiresAtMs?: number): Promise<{ keyId: string; one: SignedRequest }> => {
      const pair = generateEd25519()
      const request = {
        alg: 'ed25519' as const,
        publicKey: pair.publicKey,
        scopes: ['trade' as const],
        limits: undefined,
        schemes: undefined,
        expiresAtMs,
      }
      await createUser(world.deps, { onliId, profileTray: {}, trace })
      const made = await giveKey(world.deps, { onliId, request, trace })
      if (!made.ok) throw new Error(made.refusal.detail)
      const { keyId } = made.value.key
      const own = createSigner({ keyId, alg: 'ed25519', privateKey: pair.privateKey, now: () => clock.now() })
      const path = '/marketplace/v1/events'
      const body = '{}'
      const headers = await own.headersFor({ method: 'POST', url: origin + path, body })
      return { keyId, one: requestOf('POST', path, headers, body) }
    }
    const revoked = await signedBy('rick')
    await revokeKey(world.deps, { onliId: 'rick', keyId: revoked.keyId, actor: byOperator, trace })
    expect(await world.verifier.verify(revoked.one, admit)).toMatchObject({ refusal: { code: 'key_revoked' } })
    const frozen = await signedBy('fred')
    await database.query(`UPDATE authenticator.users SET status = 'frozen' WHERE onli_id = 'fred'`)
    world.verifier.forget('fred')
    expect(await world.verifier.verify(frozen.one, admit)).toMatchObject({ refusal: { code: 'user_suspended' } })
    const ended = await signedBy('egon', clock.now() + 1_000)
    clock.advance(1_000)
    expect(await world.verifier.verify(ended.one, admit)).toMatchObject({ refusal: { code: 'key_revoked' } })
    expect(asked).toEqual([])
    const good = await signedBy('gus')
    await world.verifier.verify(good.one, admit)
    expect(asked).toEqual([good.keyId])
  })

  it('is asked of reads as well, and not of a wrong signature', async () => {
    const read = await signedRequest('GET')
    await expect(world.verifier.verify(read, turnAway)).rejects.toThrow('too often')
    const wrong = { ...read, url: `${read.url}?x=1` }
    expect(await world.verifier.verify(wrong, turnAway)).toMatchObject({ refusal: { code: 'invalid_signature' } })
  })
})
