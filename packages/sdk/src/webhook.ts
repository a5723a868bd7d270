import { fromBase64 } from './base64.ts'
import { importSecret } from './keys.ts'
import { SpeciesError } from './species-error.ts'

/** A message to a webhook of yours. */
export interface WebhookMessage {
  /** `webhook-id`: the same however often it is sent. Act on each once. */
  readonly id: string
  readonly type: string
  readonly timestamp: string
  readonly data: Readonly<Record<string, unknown>>
}

/**
 * Verifies a call to a webhook of yours, offline: Standard Webhooks, with a secret (`whsec_…`) that is in force. `body` is the text
 * as it came, before it is parsed. Throws {@link SpeciesError} `webhook_invalid` where it was not signed with the secret, or its
 * time is more than `toleranceMs` (five minutes) away.
 */
export async function verifyWebhook(
  call: { readonly headers: Headers | Readonly<Record<string, unknown>>; readonly body: string },
  secret: string,
  { toleranceMs = 300_000, now = Date.now }: { toleranceMs?: number; now?: () => number } = {},
): Promise<WebhookMessage> {
  const header = (name: string): string => {
    const value = call.headers instanceof Headers ? call.headers.get(name) : call.headers[name]
    return typeof value === 'string' ? value : ''
  }
  const [id, timestamp] = [header('webhook-id'), header('webhook-timestamp')]
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(Number(timestamp) * 1_000 - now()) > toleranceMs)
    throw invalid('Its time is missing, or too far from now.')
  const key = await importSecret(fromBase64(secret.replace(/^whsec_/, '')))
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${call.body}`)
  for (const signature of header('webhook-signature').split(' ').slice(0, 8)) {
    const bytes = signature.startsWith('v1,') ? bytesOf(signature.slice(3)) : undefined
    // WebCrypto compares in constant time.
    if (bytes && (await crypto.subtle.verify('HMAC', key, bytes, signed)))
      return { ...(JSON.parse(call.body) as Omit<WebhookMessage, 'id'>), id }
  }
  throw invalid('It is not signed with this secret.')
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return fromBase64(base64)
  } catch {
    return undefined
  }
}

function invalid(why: string): SpeciesError {
  const detail = `The call is not the marketplace's. ${why} Answer 400 and do nothing.`
  return new SpeciesError({ code: 'webhook_invalid', status: 0, detail, retryable: false, outcome: 'refused' })
}
