import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { Fault } from '@species/kernel'
import type { Ids } from './clock.ts'
import type { Secret } from './secret.ts'

/** Encrypts small secrets at rest. */
export interface Sealer {
  seal(plain: Uint8Array, context: string): string
  /** Throws a Fault where the text was sealed with another key or for another context. */
  open(sealed: string, context: string): Uint8Array
}

/**
 * AES-256-GCM. The sealed text names the key it was made with (`v1.<key id>.<nonce>.<cipher>`), so that old ones still open
 * while keys rotate: give the current key first. `context` is authenticated: a secret moved to another row does not open.
 */
export function createSealer(masterKeys: readonly [Secret, ...Secret[]], ids: Ids): Sealer {
  const keys = masterKeys.map((master) => {
    const key = sealingKey(master)
    return { key, id: idOf(key) }
  })
  return {
    seal(plain, context) {
      const [current] = keys
      if (!current) throw unsealable('no master key')
      const nonce = ids.bytes(12)
      const cipher = createCipheriv('aes-256-gcm', current.key, nonce).setAAD(Buffer.from(context))
      const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
      return `v1.${current.id}.${Buffer.from(nonce).toString('base64url')}.${sealed.toString('base64url')}`
    },
    open(sealed, context) {
      const [version, keyId, nonce = '', text = ''] = sealed.split('.')
      const found = keys.find((candidate) => candidate.id === keyId)
      if (version !== 'v1' || !found) throw unsealable('sealed with a key that is not among SPECIES_MASTER_KEY')
      const bytes = Buffer.from(text, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', found.key, Buffer.from(nonce, 'base64url')).setAAD(
        Buffer.from(context),
      )
      try {
        decipher.setAuthTag(bytes.subarray(-16))
        return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()])
      } catch (cause) {
        throw unsealable('the sealed text was altered or belongs elsewhere', cause)
      }
    },
  }
}

function unsealable(why: string, cause?: unknown): Fault {
  return new Fault('unsealable_secret', {
    retryable: false,
    publicMessage: `A stored secret does not open: ${why}.`,
    cause,
  })
}

/** Names a master key without telling it, as the texts do that it sealed: eight hexadecimal digits of a digest. */
export function masterKeyId(master: Secret): string {
  return idOf(sealingKey(master))
}

const sealingKey = (master: Secret): Buffer =>
  createHash('sha256').update('species-sealing-v1').update(master.reveal()).digest()
const idOf = (key: Buffer): string => createHash('sha256').update(key).digest('hex').slice(0, 8)
