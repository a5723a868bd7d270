/** One use of a nonce: what tells the exact resend of an event from a replay. */
export interface NonceUse {
  readonly owner: string
  readonly nonce: string
  readonly eventId: string | undefined
  /** SHA-256 of method, path, query and body. */
  readonly requestHash: string
}

export type NonceVerdict = 'new' | 'resend' | 'replayed'

/**
 * The `nonce` of an HTTP Message Signature (RFC 9421 section 2.3): any string, which its syntax limits to printable ASCII, and
 * short enough to be kept. That it does not come again by chance is the caller's care.
 */
export function isMessageNonce(text: string): boolean {
  return text.length >= 1 && text.length <= 256
}

/**
 * The nonce of the specification's own scheme: 16 to 64 characters. Nothing separates it from the body and the timestamp that it
 * is signed with, so its form is strict.
 */
export function isSpecificationNonce(text: string): boolean {
  return /^[A-Za-z0-9_-]{16,64}$/.test(text)
}

/**
 * What a nonce that was seen before means. Only an event can be answered again; whatever has no event id would be done
 * again (a key made twice, its secret handed to whoever replays the request).
 */
export function judgeReuse(first: NonceUse, again: NonceUse): NonceVerdict {
  const same = first.eventId === again.eventId && first.requestHash === again.requestHash
  return same && again.eventId !== undefined ? 'resend' : 'replayed'
}
