// Verifies a receipt of the marketplace without any code of ours, and without a network: RFC 7515, RFC 8037 and RFC 9901.
// Usage: node verify-receipt.mjs receipt.json jwks.json
import { Buffer } from 'node:buffer'
import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'

const [receiptPath, keysPath] = process.argv.slice(2)
const { jws } = JSON.parse(readFileSync(receiptPath, 'utf8'))
const { keys } = JSON.parse(readFileSync(keysPath, 'utf8'))

try {
  console.log(JSON.stringify(open(jws, keys), null, 2))
} catch (error) {
  console.error(`NOT VALID: ${error.message}`)
  process.exitCode = 1
}

/** The document that the receipt tells. Throws if it was not signed by one of the keys, or was altered. */
function open(text, jwks) {
  const [jwt, ...rest] = text.split('~')
  const disclosures = rest.filter((one) => one !== '')
  const [head, payload, signature] = jwt.split('.')
  const { alg, kid, crit } = decode(head)
  if (!['EdDSA', 'Ed25519'].includes(alg) || crit !== undefined) throw new Error(`the algorithm is ${alg}`)
  const key = jwks.find((one) => one.kid === kid && one.kty === 'OKP' && one.crv === 'Ed25519' && !one.revoked)
  if (!key) throw new Error(`there is no key ${kid}`)
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key.x }, format: 'jwk' })
  const isSigned = verify(null, Buffer.from(`${head}.${payload}`), publicKey, Buffer.from(signature, 'base64url'))
  if (!isSigned) throw new Error('the signature is not of this key')

  const { _sd_alg: hash = 'sha-256', ...signed } = decode(payload)
  if (hash !== 'sha-256') throw new Error(`the digests are ${hash}`)
  const told = new Map(disclosures.map((one) => [digestOf(one), decode(one)]))
  const document = reveal(signed, told)
  if (told.size > 0) throw new Error('a disclosure belongs to nothing that is signed')
  return document
}

/** Puts each disclosed value where its digest stands, and takes it off the list: none may be used twice. */
function reveal(value, told) {
  if (Array.isArray(value)) return value.flatMap((item) => revealItem(item, told))
  if (typeof value !== 'object' || value === null) return value
  const { _sd: digests = [], ...open } = value
  const shown = Object.entries(open).map(([name, inner]) => [name, reveal(inner, told)])
  const names = new Set(Object.keys(open))
  for (const digest of digests) {
    const disclosure = take(digest, told)
    if (!disclosure) continue
    const [, name, inner] = disclosure
    if (disclosure.length !== 3 || typeof name !== 'string' || names.has(name) || ['_sd', '...'].includes(name))
      throw new Error('a disclosure has another shape')
    names.add(name)
    shown.push([name, reveal(inner, told)])
  }
  return Object.fromEntries(shown)
}

function revealItem(item, told) {
  if (typeof item !== 'object' || item === null || !('...' in item)) return [reveal(item, told)]
  const disclosure = take(item['...'], told)
  if (!disclosure) return []
  if (disclosure.length !== 2) throw new Error('a disclosure has another shape')
  return [reveal(disclosure[1], told)]
}

function take(digest, told) {
  const disclosure = told.get(digest)
  told.delete(digest)
  return disclosure
}

function decode(base64url) {
  return JSON.parse(Buffer.from(base64url, 'base64url').toString())
}

function digestOf(text) {
  return createHash('sha256').update(text).digest('base64url')
}
