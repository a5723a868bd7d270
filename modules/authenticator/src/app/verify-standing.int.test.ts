import { createSigner } from '@species/sdk'
import { describe, expect, it } from 'vitest'
import { byOperator, createWorld } from '../test-world.ts'
import { revokeKey, rotateKey } from './manage-keys.ts'
import { changingStatus, createUser } from './manage-users.ts'
import { clock, database, makeKey, now, openVerifier, outcome, path, signed, trace, world } from './test-requests.ts'

openVerifier()

describe('keys that end', () => {
  it('are refused at once when revoked, cached or not', async () => {
    const key = await makeKey('bob', {})
    const signer = createSigner({ ...key, alg: 'hmac', now })
    expect(await outcome(await signed(signer))).toBe(`bob by ${key.keyId}`)
    await revokeKey(world.deps, { onliId: 'bob', keyId: key.keyId, actor: byOperator, trace })
    expect(await outcome(await signed(signer))).toBe('key_revoked')
  })

  it('are refused within a second where no message came', async () => {
    const key = await makeKey('bob', {})
    const signer = createSigner({ ...key, alg: 'hmac', now })
    await outcome(await signed(signer))
    await database.query('UPDATE authenticator.api_keys SET revoked_at = created_at WHERE key_id = $1', [key.keyId])
    clock.advance(999)
    expect(await outcome(await signed(signer))).toBe(`bob by ${key.keyId}`)
    clock.advance(1)
    expect(await outcome(await signed(signer))).toBe('key_revoked')
  })

  it('are refused earlier where a message came', async () => {
    const key = await makeKey('bob', {})
    const other = createWorld(database, clock)
    const one = async (): Promise<unknown> =>
      await other.verifier.verify(await signed(createSigner({ ...key, alg: 'hmac', now })))
    expect(await one()).toMatchObject({ ok: true })
    await revokeKey(world.deps, { onliId: 'bob', keyId: key.keyId, actor: byOperator, trace })
    await other.bus.publish([{ topic: 'access.changed', key: 'bob', partition: 0, trace, body: { onliId: 'bob' } }])
    expect(await one()).toMatchObject({ refusal: { code: 'key_revoked' } })
  })

  it('live on beside their successor for the overlap, and no longer', async () => {
    const key = await makeKey('bob', {})
    const actor = { onliId: 'bob', keyId: key.keyId }
    const rotated = await rotateKey(world.deps, {
      actor,
      keyId: key.keyId,
      overlapMs: 60_000,
      publicKey: undefined,
      trace,
    })
    if (!rotated.ok) throw new Error(rotated.refusal.code)
    const successor = { keyId: rotated.value.key.keyId, secret: rotated.value.secret ?? '' }
    const both = async (): Promise<string[]> =>
      await Promise.all(
        [key, successor].map(async (one) => await outcome(await signed(createSigner({ ...one, alg: 'hmac', now })))),
      )
    expect(await both()).toEqual([`bob by ${key.keyId}`, `bob by ${successor.keyId}`])
    clock.advance(59_999)
    expect((await both())[0]).toBe(`bob by ${key.keyId}`)
    clock.advance(1)
    expect(await both()).toEqual(['key_revoked', `bob by ${successor.keyId}`])
  })
})

it.each(['suspended', 'frozen'] as const)('lets a %s user read and nothing else', async (status) => {
  const onliId = `user-${status}`
  await createUser(world.deps, { onliId, profileTray: {}, trace })
  const key = await makeKey(onliId, {})
  const signer = createSigner({ ...key, alg: 'hmac', now })
  await outcome(await signed(signer))
  const change = async (to: 'active' | typeof status): Promise<void> => {
    const by = { reason: 'a test', actor: 'key_operator', trace }
    const work = changingStatus(world.deps)
    const ran = await world.deps.database.transaction((tx) => work.run(tx, { onliId, status: to }, by))
    await ran.afterCommit?.()
  }
  await change(status)
  expect(await outcome(await signed(signer))).toBe('user_suspended')
  expect(await outcome(await signed(signer, 'GET', path, undefined))).toBe(`${onliId} by ${key.keyId}`)
  await change('active')
  expect(await outcome(await signed(signer))).toBe(`${onliId} by ${key.keyId}`)
})
