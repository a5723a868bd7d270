import type { AccessRefusal, KeyAlgorithm, RequestHeaders, SignedRequest } from '@species/contracts'
import { type Result, ok, refuse } from '@species/kernel'
import { httpbis } from 'http-message-signatures'
import { isInnerList, parseDictionary, serializeInnerList, serializeItem, type InnerList } from 'structured-headers'
import { uncovered } from '../domain/coverage.ts'
import { isMessageNonce } from '../domain/nonce.ts'
import { digestFits } from './content-digest.ts'
import type { SignatureClaim } from './signature-claim.ts'

const algorithms: Readonly<Record<string, KeyAlgorithm>> = { 'hmac-sha256': 'hmac', ed25519: 'ed25519' }

/** Longer than any honest signature of a request; parsing stays cheap. */
const maxHeaderLength = 4_096

/**
 * Reads an HTTP Message Signature (RFC 9421) and checks all of it that needs no key: that it covers method, address and
 * body, that the body is the one of its digest, and that its parameters are there and have their types. The library
 * parses and builds the signature base; what must be covered is decided here, and the time is not the library's.
 */
export function readMessageSignature(request: SignedRequest): Result<SignatureClaim, AccessRefusal> {
  const parts = readParts(request.headers)
  if (!parts) return malformed('Signature and Signature-Input must hold exactly one signature, under one label.')
  const { input, signature } = parts
  const components = componentsOf(input)
  if (!components) return malformed('Components must be lower-case names without parameters, each once.')

  const missing = uncovered(components, request.body.byteLength > 0)
  if (missing.length > 0) return malformed(`The signature does not cover ${missing.join(', ')}.`)
  if (components.includes('content-digest') && !digestFits(request.headers.get('content-digest') ?? '', request.body)) {
    return malformed('Content-Digest is not the sha-256 or sha-512 of the body.')
  }
  const base = signatureBase(request, input)
  if (!base) return malformed('The signature covers something that the request does not have.')
  const parameters = readParameters(input[1])
  if (!parameters.ok) return parameters
  return ok({ scheme: 'rfc9421', ...parameters.value, base, signature })
}

/** The one signature of a request, or undefined: with two of them it would be our choice which one counts. */
export function readParts(headers: RequestHeaders): { input: InnerList; signature: Uint8Array } | undefined {
  const inputs = dictionaryOf(headers.get('signature-input'))
  const signatures = dictionaryOf(headers.get('signature'))
  const [label, input] = inputs?.size === 1 ? ([...inputs][0] ?? []) : []
  const value: unknown = label !== undefined && signatures?.size === 1 ? signatures.get(label)?.[0] : undefined
  if (!input || !isInnerList(input) || !(value instanceof ArrayBuffer)) return undefined
  return { input, signature: new Uint8Array(value) }
}

/** The bytes that RFC 9421 section 2.5 puts under the signature; undefined where a covered component is not there. */
export function signatureBase(
  request: Pick<SignedRequest, 'method' | 'url' | 'headers'>,
  input: InnerList,
): Uint8Array | undefined {
  const message = { method: request.method, url: asSent(request.url), headers: Object.fromEntries(request.headers) }
  try {
    const lines = httpbis.createSignatureBase({ fields: input[0].map((item) => serializeItem(item)) }, message)
    lines.push(['"@signature-params"', [serializeInnerList(input)]])
    return Buffer.from(httpbis.formatSignatureBase(lines))
  } catch {
    return undefined // the library throws for a component that it cannot derive or find
  }
}

/**
 * The address as the caller sent it, in the form in which the library asks for its parts. A `URL` would write `'`, `"`, `{`, `^`
 * and dot segments in another way and forget an empty query, and so verify another address than was signed.
 */
function asSent(address: string): URL {
  const { protocol, hostname, port } = new URL(address)
  const [, pathname = '', search = ''] = /^[a-z]+:\/\/[^/?]*([^?]*)(\?.*)?$/i.exec(address) ?? []
  return { protocol, hostname, port, pathname, search, toString: () => address } as URL
}

function componentsOf([items]: InnerList): string[] | undefined {
  const names = items.map(([name, parameters]): unknown => (parameters.size === 0 ? name : undefined))
  const plain = names.filter((name): name is string => typeof name === 'string' && /^@?[a-z0-9-]{1,64}$/.test(name))
  return plain.length === items.length && new Set(plain).size === plain.length ? plain : undefined
}

function readParameters(
  parameters: InnerList[1],
): Result<Pick<SignatureClaim, 'keyId' | 'alg' | 'signedAtMs' | 'expiresAtMs' | 'nonce'>, AccessRefusal> {
  const read = (name: string): unknown => parameters.get(name)
  const [created, expires, keyId, nonce, named] = ['created', 'expires', 'keyid', 'nonce', 'alg'].map(read)
  if (!isSeconds(created)) return malformed('The parameter `created` must be whole Unix seconds.')
  if (expires !== undefined && !isSeconds(expires))
    return malformed('The parameter `expires` must be whole Unix seconds.')
  if (typeof keyId !== 'string') return malformed('The parameter `keyid` must name your API key.')
  if (nonce !== undefined && (typeof nonce !== 'string' || !isMessageNonce(nonce))) {
    return malformed('The parameter `nonce` must be a string of 1 to 256 characters.')
  }
  const alg = typeof named === 'string' ? algorithms[named] : undefined
  if (named !== undefined && alg === undefined) return malformed('The parameter `alg` must be hmac-sha256 or ed25519.')
  return ok({
    keyId,
    alg,
    signedAtMs: created * 1_000,
    expiresAtMs: expires === undefined ? undefined : expires * 1_000,
    nonce,
  })
}

function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 1e12
}

function dictionaryOf(header: string | null): ReturnType<typeof parseDictionary> | undefined {
  if (header === null || header.length > maxHeaderLength) return undefined
  try {
    return parseDictionary(header)
  } catch {
    return undefined // no structured field
  }
}

function malformed(detail: string): Result<never, AccessRefusal> {
  return refuse('invalid_signature', detail)
}
