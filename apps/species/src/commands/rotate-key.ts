import { type Client, SpeciesError } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import { DataDirectory } from '../processes/data-directory.ts'
import type { CommandOptions } from './command-call.ts'
import type { OptionRow } from './command-row.ts'
import { wrongUse } from './wrong-use.ts'

export const overlapOption: OptionRow = ['--overlap <seconds>', 'how long the old key lives on', '3600']

/** Throws for wrong use. */
export function overlapOf(options: CommandOptions): number {
  const seconds = Number(options.needed('overlap'))
  if (!Number.isInteger(seconds)) throw wrongUse('--overlap is a number of seconds.')
  return seconds
}

interface Rotation {
  /** Of the key in the data directory. */
  readonly name: string
  /** Where its keys are rotated. */
  readonly path: string
  readonly overlapSeconds: number
  /** The keys that the marketplace knows, to find the successor of an earlier call. */
  readonly keysInUse: () => Promise<readonly { keyId: string; publicKey?: string }[]>
}

/**
 * Gives the Ed25519 key of that name a successor and keeps it in its place. The new private key is on disk before the marketplace
 * hears of it: after a crash in between, the same command finds it and goes on from there.
 */
export async function rotateEd25519(
  client: Client,
  directory: DataDirectory,
  rotation: Rotation,
): Promise<{ keyId: string; replaces: string; file: string }> {
  const { name } = rotation
  const replaces = directory.readKey(name)?.keyId ?? ''
  const next = directory.ensureKey(DataDirectory.nextOf(name), () => ({
    alg: 'ed25519',
    keyId: 'next',
    ...generateEd25519(),
  }))
  if (next.alg !== 'ed25519') throw new Error(`the next key of ${name} in ${directory.path} is not an Ed25519 key`)
  const keyId = await successorOf(client, replaces, next.publicKey, rotation)
  const file = directory.writeKey(name, { ...next, keyId })
  directory.removeKey(DataDirectory.nextOf(name))
  return { keyId, replaces, file }
}

/**
 * Gives the HMAC key of that name a successor. The marketplace makes its secret and tells it once: after a crash in between, the
 * old key still signs until its end, and rotates again once the successor that nobody holds is revoked.
 */
export async function rotateHmac(
  client: Client,
  directory: DataDirectory,
  { name, path, overlapSeconds }: Rotation,
): Promise<{ keyId: string; replaces: string; file: string }> {
  const replaces = directory.readKey(name)?.keyId ?? ''
  try {
    const { body } = await client.request('POST', `${path}/${replaces}/rotate`, { overlapSeconds })
    const { keyId, secret = '' } = body as { keyId: string; secret?: string }
    return { keyId, replaces, file: directory.writeKey(name, { alg: 'hmac', keyId, secret }) }
  } catch (error) {
    if (!(error instanceof SpeciesError) || error.code !== 'already_exists') throw error
    const next = `species keys revoke <that key> --as ${name}, then this command again`
    throw new Error(`${error.detail} If nobody holds its secret: ${next}.`, { cause: error })
  }
}

async function successorOf(
  client: Client,
  replaces: string,
  publicKey: string,
  { path, overlapSeconds, keysInUse }: Rotation,
): Promise<string> {
  try {
    const body = { publicKey, overlapSeconds }
    return ((await client.request('POST', `${path}/${replaces}/rotate`, body)).body as { keyId: string }).keyId
  } catch (error) {
    if (!(error instanceof SpeciesError) || error.code !== 'already_exists') throw error
    const made = (await keysInUse()).find((key) => key.publicKey === publicKey)
    if (!made) throw error
    return made.keyId
  }
}
