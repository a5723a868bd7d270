import type { RequestVerifier } from '@species/contracts'
import { Problem } from '@species/http'
import { ok } from '@species/kernel'
import { generateEd25519 } from '@species/sdk/node'
import { manualClock, postgresAnswers, postgresWith } from '@species/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createNonceStore } from '../adapters/nonce-store.ts'
import { claimWallet } from '../adapters/wallet-store.ts'
import { ensureOperatorKey, authenticatorModule } from '../index.ts'
import { type World, byOperator, createWorld } from '../test-world.ts'
import { creatingUserKey } from './create-user-key.ts'
import { createKey, revokeKey, rotateKey } from './manage-keys.ts'
import { createUser } from './manage-users.ts'

type Verified = Awaited<ReturnType<RequestVerifier['verify']>>

describe.skipIf(!postgresAnswers)('what happens at once in several processes [needs Postgres]', () => {
  const clock = manualClock()
  const trace = ''
  let database: Awaited<ReturnType<typeof postgresWith>>
  let world: World

  beforeAll(async () => {
    database = await postgresWith(authenticatorModule)
    world = createWorld(database, clock)
  })
  afterAll(async () => {
    await database.drop()
  })

  const codeOf = (result: Verified | { ok: boolean; refusal?: { code: string } }): string =>
    result.ok ? 'ok' : (result.refusal?.code ?? '')
  const makeKey = async (onliId: string): Promise<string> => {
    const action = creatingUserKey(world.deps)
    const body = { onliId, alg: 'hmac' as const, scopes: ['keys' as const] }
    const by = { actor: 'setup/key_operator', reason: 'for a race', trace }
    try {
      const { answer } = await database.transaction(async (tx) => {
        await action.version(tx, body)
        return await action.run(tx, body, by)
      })
      return (answer as { keyId: string }).keyId
    } catch (error) {
      if (error instanceof Problem) return error.code
      throw error
    }
  }

  it('makes a user once', async () => {
    const made = await Promise.all(
      Array.from({ length: 8 }, async () =>
        codeOf(await createUser(world.deps, { onliId: 'alice', profileTray: {}, trace })),
      ),
    )
    expect(made.sort()).toEqual([...Array<string>(7).fill('already_exists'), 'ok'])
  })

  it('gives a nonce to one process, whatever the order in which batches hold it', async () => {
    const stores = [1, 2, 3].map(() => createNonceStore({ database, clock }))
    const uses = Array.from({ length: 200 }, (_, index) => ({
      owner: 'alice',
      nonce: `nonce-${index}`,
      eventId: `event-${index}`,
      requestHash: 'h',
    }))
    const verdicts = await Promise.all(
      stores.map(async (useNonce, process) => {
        const order = process === 1 ? [...uses].reverse() : uses
        const answers = await Promise.all(order.map(useNonce))
        return new Map(order.map((use, index) => [use.nonce, answers[index]]))
      }),
    )
    for (const { nonce } of uses) {
      expect(verdicts.map((of) => of.get(nonce)).sort()).toEqual(['new', 'resend', 'resend'])
    }
  })

  it('rotates a key once', async () => {
    const keyId = await makeKey('alice')
    const rotate = async (): Promise<string> =>
      codeOf(
        await rotateKey(world.deps, {
          actor: { onliId: 'alice', keyId },
          keyId,
          overlapMs: 1_000,
          publicKey: undefined,
          trace,
        }),
      )
    expect((await Promise.all([rotate(), rotate(), rotate()])).sort()).toEqual([
      'already_exists',
      'already_exists',
      'ok',
    ])
  })

  it('keeps a user at fifty keys in use', async () => {
    await createUser(world.deps, { onliId: 'bob', profileTray: {}, trace })
    const made = await Promise.all(Array.from({ length: 60 }, async () => await makeKey('bob')))
    expect(made.filter((keyId) => keyId.startsWith('key_'))).toHaveLength(50)
  })

  it('makes no key by one that is being revoked, once it is', async () => {
    await createUser(world.deps, { onliId: 'carol', profileTray: {}, trace })
    const keyId = await makeKey('carol')
    const request = {
      alg: 'hmac' as const,
      publicKey: undefined,
      scopes: ['keys' as const],
      limits: undefined,
      schemes: undefined,
      expiresAtMs: undefined,
    }
    const make = async (): Promise<Verified | { ok: boolean; refusal?: { code: string } }> =>
      await createKey(world.deps, { actor: { onliId: 'carol', keyId }, request, trace })
    const [during] = await Promise.all([
      make(),
      revokeKey(world.deps, { onliId: 'carol', keyId, actor: byOperator, trace }),
    ])
    expect(['ok', 'key_revoked']).toContain(codeOf(during))
    expect(codeOf(await make())).toBe('key_revoked')
  })

  it('gives an address to one owner', async () => {
    const claim = async (onliId: string): Promise<string | undefined> =>
      (
        await claimWallet(database, {
          walletId: world.deps.ids.uuid(),
          family: 'EVM',
          address: '0xab',
          onliId,
          provenAtMs: clock.now(),
        })
      )?.onliId
    const owners = await Promise.all(['alice', 'bob', 'carol'].map(claim))
    expect(new Set(owners).size).toBe(1)
  })

  it('makes the operator once, though twenty programs start', async () => {
    const { publicKey } = generateEd25519()
    const starts = Array.from({ length: 20 }, async () => {
      await ensureOperatorKey({ database, clock, ids: world.deps.ids }, { keyId: 'key_operator', publicKey })
      return ok(true as const)
    })
    expect(await Promise.all(starts)).toHaveLength(20)
  })
})
