import type { Database } from '@species/database'
import { type Clock, systemIds } from '@species/platform'
import { type Client, createClient, createSigner } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import { pgliteWith } from '@species/testing'
import { authenticatorModule, ensureOperatorKey } from '../index.ts'
import { type World, createWorld, origin } from '../test-world.ts'
import { told } from './test-world.ts'

/** A key of an operator, and a client that signs with it. */
export interface Held {
  readonly keyId: string
  readonly privateKey: string
  readonly client: Client
}

/** A marketplace of two admins, where what takes two people takes two. */
export interface TwoOperators {
  readonly database: Database
  readonly world: World
  readonly setup: Held
  readonly olga: Held
  /** A client that signs with this key. */
  held(keyId: string, privateKey: string): Held
  /** Another person, added by both. */
  person(operatorId: string, role: string): Promise<Held>
  /** Approves what an answer proposes; answers with the result, or the status and code of a refusal. */
  approve(as: Held, proposed: unknown): Promise<unknown>
}

export async function createTwoOperators(clock: Clock): Promise<TwoOperators> {
  const database = await pgliteWith(authenticatorModule)
  const world = createWorld(database, clock, { twoPeople: true })
  const now = (): number => clock.now()
  const fetchHere = async (request: Request): Promise<Response> => await world.app.fetch(request)
  const held = (keyId: string, privateKey: string): Held => {
    const signer = createSigner({ keyId, alg: 'ed25519', privateKey, now })
    return { keyId, privateKey, client: createClient({ baseUrl: origin, fetch: fetchHere, signer }) }
  }
  const first = generateEd25519()
  await ensureOperatorKey({ database, clock, ids: systemIds }, { keyId: 'key_operator', publicKey: first.publicKey })
  const setup = held('key_operator', first.privateKey)
  const add = async (operatorId: string, role: string): Promise<{ answer: unknown; privateKey: string }> => {
    const { publicKey, privateKey } = generateEd25519()
    const asked = { operatorId, name: operatorId, publicKey, role }
    return { answer: (await setup.client.request('POST', '/admin/v1/operators', asked)).body, privateKey }
  }
  const second = await add('olga', 'admin')
  const olga = held((second.answer as { keyId: string }).keyId, second.privateKey)
  const approve: TwoOperators['approve'] = async (as, proposed) => {
    const { proposalId, actionHash } = (proposed as { proposal: { proposalId: string; actionHash: string } }).proposal
    const path = `/admin/v1/proposals/${proposalId}/approve`
    const answer = await told(as.client.request('POST', path, { actionHash }))
    return typeof answer === 'string' ? answer : (answer as { result: unknown }).result
  }
  return {
    database,
    world,
    setup,
    olga,
    held,
    approve,
    async person(operatorId, role) {
      const { answer, privateKey } = await add(operatorId, role)
      return held(((await approve(olga, answer)) as { keyId: string }).keyId, privateKey)
    },
  }
}
