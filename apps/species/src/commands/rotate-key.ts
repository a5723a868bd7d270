import { type Client, SpeciesError } from '@species/sdk'
import { generateEd25519 } from '@species/sdk/node'
import { DataDirectory, type LocalKey } from '../processes/data-directory.ts'
import type { CommandCall, CommandOptions } from './command-call.ts'
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
  /** Where its keys are revoked. */
  readonly revokePath: string
  readonly overlapSeconds: number
  /** The keys that the marketplace knows, to find the successor of an earlier call. */
  readonly keysInUse: (client: Client) => Promise<readonly { keyId: string; publicKey?: string }[]>
}

/** Without an overlap the old key lives on for so long that an interrupted rotation can be continued; its successor revokes it. */
const secondsToContinue = 3_600

/** What a successor is called that the marketplace may not know yet. */
export const unnamed = 'next'

/**
 * Gives the key of that name a successor and keeps it in its place, in steps of which each can be the last before a crash: the same
 * command goes on from there. The successor is on disk, beside the old key, before the old key ends and before it takes its place.
 */
export async function rotateKey(
  call: CommandCall,
  rotation: Rotation,
): Promise<{ keyId: string; replaces: string; file: string }> {
  const { name, revokePath, overlapSeconds } = rotation
  const next = DataDirectory.nextOf(name)
  const made = await call.over(name, async ({ client, directory }) => {
    const old = directory.readKey(name)
    const replaces = old?.keyId ?? ''
    const waiting = directory.readKey(next)
    if (waiting && waiting.keyId !== unnamed) return { keyId: waiting.keyId, replaces, directory }
    const successor = await (old?.alg === 'hmac' ? successorOfHmac : successorOfEd25519)(
      client,
      directory,
      replaces,
      rotation,
    )
    directory.writeKey(next, successor)
    return { keyId: successor.keyId, replaces, directory }
  })
  const { keyId, replaces, directory } = made
  if (overlapSeconds === 0) await call.over(next, ({ client }) => client.request('DELETE', `${revokePath}/${replaces}`))
  return { keyId, replaces, file: directory.renameKey(next, name) }
}

/** The new private key is on disk before the marketplace hears of it. */
async function successorOfEd25519(
  client: Client,
  directory: DataDirectory,
  replaces: string,
  rotation: Rotation,
): Promise<LocalKey> {
  const { name, keysInUse } = rotation
  const next = directory.ensureKey(DataDirectory.nextOf(name), () => ({
    alg: 'ed25519',
    keyId: unnamed,
    ...generateEd25519(),
  }))
  if (next.alg !== 'ed25519') throw new Error(`the next key of ${name} in ${directory.path} is not an Ed25519 key`)
  try {
    const { keyId } = await askForSuccessor(client, replaces, rotation, next.publicKey)
    return { ...next, keyId }
  } catch (error) {
    if (!(error instanceof SpeciesError) || error.code !== 'already_exists') throw error
    const made = (await keysInUse(client)).find((key) => key.publicKey === next.publicKey)
    if (!made) throw error
    return { ...next, keyId: made.keyId }
  }
}

/**
 * The marketplace makes the secret and tells it once: after a crash before it is kept, the old key still signs until its end, and
 * rotates again once the lost successor is revoked.
 */
async function successorOfHmac(
  client: Client,
  _directory: DataDirectory,
  replaces: string,
  rotation: Rotation,
): Promise<LocalKey> {
  try {
    const { keyId, secret = '' } = await askForSuccessor(client, replaces, rotation)
    return { alg: 'hmac', keyId, secret }
  } catch (error) {
    if (!(error instanceof SpeciesError) || error.code !== 'already_exists') throw error
    const again = `species keys revoke <that key> --as ${rotation.name}, then this command again`
    throw new Error(`${error.detail} If its secret is lost: ${again}.`, { cause: error })
  }
}

async function askForSuccessor(
  client: Client,
  replaces: string,
  { path, overlapSeconds }: Rotation,
  publicKey?: string,
): Promise<{ keyId: string; secret?: string }> {
  const { body } = await client.request('POST', `${path}/${replaces}/rotate`, {
    overlapSeconds: overlapSeconds === 0 ? secondsToContinue : overlapSeconds,
    ...(publicKey === undefined ? {} : { publicKey }),
  })
  return body as { keyId: string; secret?: string }
}
