import type { Database } from '@species/database'
import { systemIds } from '@species/platform'
import { type Client, SpeciesError, createClient, createSigner } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import { manualClock, pgliteWith } from '@species/testing'

import { afterAll, beforeAll } from 'vitest'

import { ensureOperatorKey, authenticatorModule } from '../index.ts'
import { type World, createWorld, origin } from '../test-world.ts'

export interface KeyAnswer {
  readonly keyId: string
  readonly secret: string
  readonly scopes: string[]
  readonly expiresAt?: string
}

export const clock = manualClock()
export const now = (): number => clock.now()
const operatorPair = generateEd25519()
export let database: Database
export let world: World
export let operator: Client

export const fetchHere = async (request: Request): Promise<Response> => await world.app.fetch(request)
export const hmacClient = (key: KeyAnswer): Client =>
  createClient({ baseUrl: origin, fetch: fetchHere, signer: createSigner({ ...key, alg: 'hmac', now }) })

/** The body of a success, or the status and code of a refusal. */
export const told = async (call: Promise<{ status: number; body: unknown }>): Promise<unknown> => {
  try {
    const { status, body } = await call
    return { status, ...(body as object | undefined) }
  } catch (error) {
    if (!(error instanceof SpeciesError)) throw error
    return `${error.status} ${error.code}`
  }
}

const allScopes = ['read', 'trade', 'keys', 'wallets']
export const keyFor = async (onliId: string, more: object = {}): Promise<KeyAnswer> => {
  const body = { alg: 'hmac', scopes: allScopes, ...more }
  return (await operator.request('POST', `/admin/v1/users/${onliId}/keys`, body)).body as KeyAnswer
}
export const userWithKey = async (onliId: string, more: object = {}): Promise<Client> => {
  await operator.request('POST', '/admin/v1/users', { onliId })
  return hmacClient(await keyFor(onliId, more))
}

/** Opens the authenticator's endpoints for the tests of a file, with an operator, and closes them after the last. */
export function openAccess(): void {
  beforeAll(async () => {
    database = await pgliteWith(authenticatorModule)
    world = createWorld(database, clock)
    await ensureOperatorKey(
      { database, clock, ids: systemIds },
      { keyId: 'key_operator', publicKey: operatorPair.publicKey },
    )
    const signer = createSigner({ keyId: 'key_operator', alg: 'ed25519', privateKey: operatorPair.privateKey, now })
    operator = createClient({ baseUrl: origin, fetch: fetchHere, signer })
  })
  afterAll(async () => {
    await database.close()
  })
}
