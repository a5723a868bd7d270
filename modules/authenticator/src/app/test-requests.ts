import type { SignedRequest } from '@species/contracts'
import type { Database } from '@species/database'
import { type Signer, createSigner } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import { manualClock, pgliteWith } from '@species/testing'
import { afterAll, beforeAll } from 'vitest'
import type { KeyRequest } from '../domain/api-key.ts'
import { authenticatorModule } from '../index.ts'
import { type World, createWorld, freshNonce, giveKey, requestOf } from '../test-world.ts'
import { createUser } from './manage-users.ts'

export const path = '/marketplace/v1/events'
export const trace = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`
export const clock = manualClock()
export const now = (): number => clock.now()
export const pair = generateEd25519()
export let database: Database
export let world: World
export let hmacKeyId: string
export let secret: string
export let ed25519KeyId: string

const request = (more: Partial<KeyRequest>): KeyRequest => ({
  alg: 'hmac',
  publicKey: undefined,
  scopes: ['read', 'trade', 'keys', 'wallets'],
  limits: undefined,
  schemes: undefined,
  expiresAtMs: undefined,
  ...more,
})

export const makeKey = async (
  onliId: string,
  more: Partial<KeyRequest>,
): Promise<{ keyId: string; secret: string }> => {
  const made = await giveKey(world.deps, { onliId, request: request(more), trace })
  if (!made.ok) throw new Error(made.refusal.detail)
  return { keyId: made.value.key.keyId, secret: made.value.secret ?? '' }
}

const hmacSigner = (): Signer => createSigner({ keyId: hmacKeyId, alg: 'hmac', secret, now })
export const ed25519Signer = (): Signer =>
  createSigner({ keyId: ed25519KeyId, alg: 'ed25519', privateKey: pair.privateKey, now })
export const signers: [name: string, signer: () => Signer][] = [
  ['hmac-sha256', hmacSigner],
  ['ed25519', ed25519Signer],
]

export const eventBody = (eventId = `event-${freshNonce()}`): string =>
  JSON.stringify({ eventId, from: 'alice', to: 'bob', amount: 1 })

export const signed = async (
  signer: Signer,
  method = 'POST',
  at = path,
  body: string | undefined = eventBody(),
): Promise<SignedRequest> =>
  requestOf(method, at, await signer.headersFor({ method, url: `http://market.test${at}`, body }), body)

export const outcome = async (one: SignedRequest): Promise<string> => {
  const verified = await world.verifier.verify(one)
  if (!verified.ok) return verified.refusal.code
  return verified.value.resend ? 'resend' : `${verified.value.principal.onliId} by ${verified.value.principal.keyId}`
}

/** Opens a marketplace with alice and bob for the tests of a file; alice has a key of each algorithm. */
export function openVerifier(): void {
  beforeAll(async () => {
    database = await pgliteWith(authenticatorModule)
    world = createWorld(database, clock)
    for (const onliId of ['alice', 'bob']) await createUser(world.deps, { onliId, profileTray: {}, trace })
    ;({ keyId: hmacKeyId, secret } = await makeKey('alice', {}))
    ;({ keyId: ed25519KeyId } = await makeKey('alice', { alg: 'ed25519', publicKey: pair.publicKey }))
  })
  afterAll(async () => {
    await database.close()
  })
}
