import { generateKeyPairSync, sign, verify } from 'node:crypto'
import type { Receipt } from '@species/contracts'
import { receiptSchema } from '@species/contracts'
import type { FloorManagerDeps } from '@species/floor-manager'

// No part of a trace depends on it, so it may be another in every run.
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const header = Buffer.from(JSON.stringify({ alg: 'EdDSA', kid: 'simulated' })).toString('base64url')

/** Signs receipts as the floor-manager's own signer does, but without a thread of its own: its answers come in order. */
export const simulatedSigner: FloorManagerDeps['signer'] = {
  sign: (receipt) => {
    const signed = `${header}.${Buffer.from(JSON.stringify(receipt)).toString('base64url')}`
    return Promise.resolve(`${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`)
  },
}

/** The receipt in a signed text; undefined where the signature is not good. */
export function readSigned(jws: string): Receipt | undefined {
  const [head = '', body = '', signature = ''] = jws.split('.')
  const good = verify(null, Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url'))
  return good ? receiptSchema.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8'))) : undefined
}
