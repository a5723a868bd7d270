import { type Client, SpeciesError } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import { DataDirectory, type LocalKey } from '../processes/data-directory.ts'
import type { CommandCall } from './command-call.ts'
import { Proposed } from './proposed.ts'
import { unnamed } from './rotate-key.ts'

/** A person who runs the marketplace, as the API lists them. */
export interface Person {
  readonly operatorId: string
  readonly name: string
  readonly role: string
  readonly status: string
  readonly keys: readonly { keyId: string; publicKey?: string; expiresAt?: string; revokedAt?: string }[]
}

interface NewPerson {
  readonly operatorId: string
  readonly name: string
  readonly role: string | undefined
}

export async function peopleOf(client: Client): Promise<Person[]> {
  return ((await client.request('GET', '/admin/v1/operators')).body as { operators: Person[] }).operators
}

/**
 * Adds a person with a key that is made here. The private key is on disk before the marketplace hears of it, and waits there without an id
 * until the marketplace has made the person, which may take a second one: the same command, given again, goes on from there.
 */
export async function createWithKeyMadeHere(
  call: CommandCall,
  person: NewPerson,
): Promise<{ keyId: string; file: string }> {
  const name = `operator-${person.operatorId}`
  const waiting = DataDirectory.nextOf(name)
  return await call.over('operator', async ({ client, directory }) => {
    const pair = directory.ensureKey(waiting, () => ({ alg: 'ed25519', keyId: unnamed, ...generateEd25519() }))
    const { publicKey } = ed25519(pair)
    try {
      const { body } = await client.request('POST', '/admin/v1/operators', { ...person, publicKey })
      return kept(directory, (body as { keyId: string }).keyId)
    } catch (error) {
      if (error instanceof Proposed)
        call.note(
          'The key waits in this data directory. Once this is approved, give the same command again: it is kept then.',
        )
      const keyId = await madeBefore(client, error, person.operatorId, publicKey)
      if (keyId === undefined) throw error
      return kept(directory, keyId)
    }

    function kept(at: DataDirectory, keyId: string): { keyId: string; file: string } {
      at.writeKey(waiting, { ...pair, keyId })
      return { keyId, file: at.renameKey(waiting, name) }
    }
  })
}

/** The id of the key by which an earlier call, or the approval of its proposal, has made the person. */
async function madeBefore(
  client: Client,
  error: unknown,
  operatorId: string,
  publicKey: string,
): Promise<string | undefined> {
  if (!(error instanceof SpeciesError) || error.code !== 'already_exists') return undefined
  const person = (await peopleOf(client)).find((one) => one.operatorId === operatorId)
  return person?.keys.find((key) => key.publicKey === publicKey)?.keyId
}

function ed25519(key: LocalKey): LocalKey & { readonly alg: 'ed25519' } {
  if (key.alg !== 'ed25519') throw new Error('the key that waits for this operator is not an Ed25519 key')
  return key
}
