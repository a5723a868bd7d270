import { generateKeyPairSync, verify } from 'node:crypto'
import { type Receipt, receiptSchema } from '@species/contracts'
import { createReceiptSigner } from '@species/floor-manager'

// No part of a trace depends on it, so it may be another in every run.
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
export const simulatedSigner = createReceiptSigner({ kid: 'simulated', key: privateKey })

/** The receipt in a signed text; undefined where the signature is not good. */
export function readSigned(jws: string): Receipt | undefined {
  const [head = '', body = '', signature = ''] = jws.split('.')
  const good = verify(null, Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url'))
  return good ? receiptSchema.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8'))) : undefined
}
