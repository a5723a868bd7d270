import { lockDirectory } from '@species/database'
import { systemIds } from '@species/platform'
import { generateEd25519 } from '@species/sdk/node'
import type { DataDirectory } from '../processes/data-directory.ts'

/** Another process has the data directory. */
export class DirectoryTaken extends Error {
  override readonly name = 'DirectoryTaken'
}

/** Holds the directory for this process; answers with the way to let go. */
export function holdDirectory(path: string): () => void {
  const lock = lockDirectory(path)
  if (!lock) throw new DirectoryTaken(`another process holds ${path}`)
  return () => {
    lock.release()
  }
}

/** The operator's key of this data directory: the command line signs with it. Made once; only its public half is stored. */
export function operatorKey(directory: DataDirectory): { keyId: string; publicKey: string } {
  const key = directory.ensureKey('operator', () => ({
    alg: 'ed25519',
    keyId: `key_operator_${Buffer.from(systemIds.bytes(6)).toString('hex')}`,
    ...generateEd25519(),
  }))
  if (key.alg !== 'ed25519') throw new Error(`the operator's key in ${directory.path} is not an Ed25519 key`)
  return key
}
