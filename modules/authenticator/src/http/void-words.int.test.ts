import { generateEd25519 } from '@species/sdk/node'
import { manualClock } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { authenticatorModule } from '../index.ts'
import { told } from './test-world.ts'
import { type Held, type TwoOperators, createTwoOperators } from './test-two-operators.ts'

let two: TwoOperators
let frozen: string
let users = 0
beforeAll(async () => {
  two = await createTwoOperators(manualClock())
})
afterAll(() => two.database.close())
beforeEach(async () => {
  frozen = `frozen-${++users}`
  await two.setup.client.request('POST', '/admin/v1/users', { onliId: frozen })
  await setStatus(two.setup, 'frozen')
})
const setStatus = (as: Held, status: string): Promise<unknown> =>
  told(as.client.request('POST', `/admin/v1/users/${frozen}/status`, { status, reason: 'a test asks for it' }))
const statusNow = async (): Promise<string> =>
  ((await two.setup.client.request('GET', `/admin/v1/users/${frozen}`)).body as { status: string }).status
/** A successor of a person's key; the old one works on for an hour. */
const rotated = async (of: Held): Promise<Held> => {
  const { publicKey, privateKey } = generateEd25519()
  const path = `/admin/v1/operators/keys/${of.keyId}/rotate`
  const { keyId } = (await of.client.request('POST', path, { publicKey })).body as { keyId: string }
  return two.held(keyId, privateKey)
}
const change = async (operatorId: string, to: object): Promise<unknown> => {
  const body = { ...to, reason: 'a test asks for it' }
  return await two.approve(
    two.olga,
    await told(two.setup.client.request('POST', `/admin/v1/operators/${operatorId}`, body)),
  )
}

describe('what was proposed', () => {
  it('with a key that was revoked since is approved by no one, and is void', async () => {
    const theo = await two.person('theo', 'operator')
    const proposed = await setStatus(theo, 'active')
    const next = await rotated(theo)
    await next.client.request('DELETE', `/admin/v1/keys/${theo.keyId}`)
    expect(await two.approve(two.olga, proposed)).toBe('412 precondition_failed')
    const { proposalId } = (proposed as { proposal: { proposalId: string } }).proposal
    const stored = (await two.olga.client.request('GET', `/admin/v1/proposals/${proposalId}`)).body
    expect(stored).toMatchObject({ status: 'void', decisionReason: expect.stringContaining('revoked') as string })
    expect(await statusNow()).toBe('frozen')
    // The person themselves may propose it again.
    expect(await two.approve(two.olga, await setStatus(next, 'active'))).toMatchObject({ status: 'active' })
  })

  it('with a key that was rotated since, and not revoked, is approved', async () => {
    const rita = await two.person('rita', 'operator')
    const proposed = await setStatus(rita, 'active')
    await rotated(rita)
    expect(await two.approve(two.olga, proposed)).toMatchObject({ status: 'active' })
  })

  it('with a key that was signed out since is approved, until that key is revoked', async () => {
    const olaf = await two.person('olaf', 'operator')
    const proposed = await setStatus(olaf, 'active')
    await olaf.client.request('DELETE', '/marketplace/v1/sign-in')
    expect(await setStatus(olaf, 'active')).toBe('401 key_revoked')
    expect(await two.approve(two.olga, proposed)).toMatchObject({ status: 'active' })
    const otto = await two.person('otto', 'operator')
    await setStatus(two.setup, 'frozen')
    const another = await setStatus(otto, 'active')
    await otto.client.request('DELETE', '/marketplace/v1/sign-in')
    await two.setup.client.request('DELETE', `/admin/v1/keys/${otto.keyId}`)
    expect(await two.approve(two.olga, another)).toBe('412 precondition_failed')
  })

  it('is not approved with a key that was revoked in the second before', async () => {
    const vera = await two.person('vera', 'operator')
    const proposed = await setStatus(two.setup, 'active')
    const { secondPerson } = two.world.deps
    await two.database.query('UPDATE authenticator.api_keys SET revoked_at = now() WHERE key_id = $1', [vera.keyId])
    const { proposalId, actionHash } = (proposed as { proposal: { proposalId: string; actionHash: string } }).proposal
    // As the verifier let it in, from what it kept.
    const by = {
      onliId: 'operator',
      operatorId: 'vera',
      keyId: vera.keyId,
      scopes: ['operator' as const],
      role: 'operator' as const,
    }
    const answer = await two.database.transaction((tx) =>
      secondPerson.approve(tx, { proposalId, actionHash, by, trace: 'trace' }),
    )
    expect(answer).toMatchObject({ ok: false, refusal: { code: 'key_revoked' } })
    expect(await statusNow()).toBe('frozen')
  })
})

describe('the word of an operator’s key', () => {
  const isVoid = async (keyId: string, least: 'operator' | 'treasurer'): Promise<boolean> =>
    (await authenticatorModule.queries(two.database).voidKeys([keyId], least)).has(keyId)

  it('counts no more once the person has lost the role, and again once they have it back', async () => {
    const tom = await two.person('tom', 'treasurer')
    expect(await isVoid(tom.keyId, 'treasurer')).toBe(false)
    await change('tom', { role: 'operator' })
    expect([await isVoid(tom.keyId, 'treasurer'), await isVoid(tom.keyId, 'operator')]).toEqual([true, false])
    await change('tom', { role: 'treasurer' })
    expect(await isVoid(tom.keyId, 'treasurer')).toBe(false)
  })

  it('counts no more once they are suspended or the key is revoked, and stays when it was rotated', async () => {
    const ida = await two.person('ida', 'treasurer')
    await rotated(ida)
    expect(await isVoid(ida.keyId, 'treasurer')).toBe(false)
    await two.setup.client.request('POST', '/admin/v1/operators/ida', {
      status: 'suspended',
      reason: 'a test asks for it',
    })
    expect(await isVoid(ida.keyId, 'treasurer')).toBe(true)
    const uma = await two.person('uma', 'treasurer')
    await two.setup.client.request('DELETE', `/admin/v1/keys/${uma.keyId}`)
    expect(await isVoid(uma.keyId, 'operator')).toBe(true)
  })

  it('is none of a user’s key, nor of one that does not exist', async () => {
    const body = { alg: 'hmac', scopes: ['read'] }
    const { keyId } = (await two.setup.client.request('POST', `/admin/v1/users/${frozen}/keys`, body)).body as {
      keyId: string
    }
    expect([await isVoid(keyId, 'operator'), await isVoid('key_none', 'operator')]).toEqual([true, true])
    expect(await isVoid('key_operator', 'treasurer')).toBe(false)
  })
})
