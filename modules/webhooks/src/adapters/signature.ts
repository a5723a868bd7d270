import { createHmac } from 'node:crypto'

/** A secret as its owner has it: the prefix and at least 24 bytes in base64 (Standard Webhooks, "Signature scheme"). */
export function secretText(bytes: Uint8Array): string {
  return `whsec_${Buffer.from(bytes).toString('base64')}`
}

export interface SignedHeaders {
  readonly 'content-type': 'application/json'
  readonly 'webhook-id': string
  readonly 'webhook-timestamp': string
  readonly 'webhook-signature': string
}

/**
 * The headers of one attempt: the id of the message, which never changes, the time of the attempt in Unix seconds, and one signature for
 * each secret that is in force.
 */
export function signedHeaders(
  { messageId, body }: { readonly messageId: string; readonly body: string },
  secrets: readonly Uint8Array[],
  nowMs: number,
): SignedHeaders {
  const timestamp = String(Math.floor(nowMs / 1_000))
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(`${messageId}.${timestamp}.${body}`).digest('base64')}`,
  )
  return {
    'content-type': 'application/json',
    'webhook-id': messageId,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}
