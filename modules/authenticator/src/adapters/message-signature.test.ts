import { createSecretKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { digestFits } from './content-digest.ts'
import { ed25519PublicKey } from './key-directory.ts'
import { readMessageSignature, readParts, signatureBase } from './message-signature.ts'
import { type Verification, isSignedBy } from './signature-claim.ts'

// The example request, keys and signatures of RFC 9421, appendices B.1 and B.2.
const body = Buffer.from('{"hello": "world"}')
const contentDigest =
  'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:'
const example = {
  method: 'POST',
  url: 'https://example.com/foo?param=Value&Pet=dog',
  headers: {
    host: 'example.com',
    date: 'Tue, 20 Apr 2021 02:07:55 GMT',
    'content-type': 'application/json',
    'content-digest': contentDigest,
    'content-length': '18',
  },
}
const sharedSecret = 'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ=='
const hmac: Verification = { alg: 'hmac', secret: createSecretKey(sharedSecret, 'base64') }
const ed25519: Verification = {
  alg: 'ed25519',
  publicKey: ed25519PublicKey('JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs'),
}

const vectors: [name: string, key: Verification, input: string, signature: string][] = [
  [
    'B.2.5, hmac-sha256',
    hmac,
    'sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
    'sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:',
  ],
  [
    'B.2.6, ed25519',
    ed25519,
    'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
    'sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:',
  ],
]

describe('the examples of RFC 9421', () => {
  it.each(vectors)('%s verifies', (_name, key, input, signature) => {
    const headers = new Headers({ ...example.headers, 'signature-input': input, signature })
    const parts = readParts(headers)!
    const base = signatureBase({ ...example, headers }, parts.input)!
    expect(isSignedBy(key, { base, signature: parts.signature })).toBe(true)
  })

  it.each(vectors)('%s does not verify for another date', (_name, key, input, signature) => {
    const headers = new Headers({
      ...example.headers,
      date: 'Tue, 20 Apr 2021 02:07:56 GMT',
      'signature-input': input,
      signature,
    })
    const parts = readParts(headers)!
    const base = signatureBase({ ...example, headers }, parts.input)!
    expect(isSignedBy(key, { base, signature: parts.signature })).toBe(false)
  })

  it.each(vectors)('%s is not taken here: it leaves method, address or body open', (_name, _key, input, signature) => {
    const headers = new Headers({ ...example.headers, 'signature-input': input, signature })
    const read = readMessageSignature({ ...example, headers, body, allowSpecificationScheme: false })
    expect(read).toMatchObject({ ok: false, refusal: { code: 'invalid_signature' } })
  })
})

describe('Content-Digest', () => {
  const sha256 = 'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:'
  const rows: [given: string, header: string, fits: boolean][] = [
    ['sha-512 of RFC 9421 B.2', contentDigest, true],
    ['sha-256 of RFC 9530', sha256, true],
    ['both', `${sha256}, ${contentDigest}`, true],
    ['one right, one wrong', `sha-256=:${'A'.repeat(43)}=:, ${contentDigest}`, false],
    ['an unknown one beside a right one', `md5=:AAAA:, ${sha256}`, true],
    ['unknown ones alone', 'md5=:Sd/dVLAcvNLSq16eXua5uQ==:', false],
    ['a cut one', 'sha-256=:X48E9qOo:', false],
    ['text instead of bytes', 'sha-256="X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="', false],
    ['nothing', '', false],
    ['garbage', '((', false],
  ]
  it.each(rows)('%s', (_given, header, fits) => {
    expect(digestFits(header, body)).toBe(fits)
  })
})

describe('what is malformed', () => {
  const components = '("@method" "@target-uri" "content-digest")'
  const parameters = 'created=1767225600;keyid="key_a";nonce="nonce-0123456789"'
  const good = `sig=${components};${parameters}`
  const signature = 'sig=:AAAA:'
  const rows: [given: string, input: string, signature: string][] = [
    ['no signature', good, ''],
    ['no input', '', signature],
    ['two signatures', `${good}, b=${components};${parameters}`, 'sig=:AAAA:, b=:AAAA:'],
    ['another label', good, 'other=:AAAA:'],
    ['no list of components', `sig=1;${parameters}`, signature],
    ['a component twice', `sig=("@method" "@method" "@target-uri" "content-digest");${parameters}`, signature],
    ['a component with a parameter', `sig=("@method";req "@target-uri" "content-digest");${parameters}`, signature],
    [
      'a component that is not there',
      `sig=("@method" "@target-uri" "content-digest" "x-gone");${parameters}`,
      signature,
    ],
    ['a signature that is no bytes', good, 'sig="AAAA"'],
    ['created as text', `sig=${components};created="1767225600";keyid="key_a"`, signature],
    ['created with a fraction', `sig=${components};created=1767225600.5;keyid="key_a"`, signature],
    ['no created', `sig=${components};keyid="key_a"`, signature],
    ['no keyid', `sig=${components};created=1767225600`, signature],
    ['an empty nonce', `sig=${components};created=1767225600;keyid="key_a";nonce=""`, signature],
    ['a long nonce', `sig=${components};created=1767225600;keyid="key_a";nonce="${'n'.repeat(257)}"`, signature],
    ['a nonce that is no string', `sig=${components};created=1767225600;keyid="key_a";nonce=17`, signature],
    ['an unknown algorithm', `sig=${components};${parameters};alg="none"`, signature],
    ['garbage', '((((', signature],
    ['more than is read', `${good};x="${'x'.repeat(5_000)}"`, signature],
  ]
  const readWith = (input: string, value: string): ReturnType<typeof readMessageSignature> => {
    const headers = new Headers({ ...example.headers, 'signature-input': input, signature: value })
    return readMessageSignature({ ...example, headers, body, allowSpecificationScheme: false })
  }

  it('not this one', () => {
    expect(readWith(good, signature)).toMatchObject({
      ok: true,
      value: { keyId: 'key_a', signedAtMs: 1_767_225_600_000 },
    })
  })

  it.each([['n'], ['nonce with spaces, "quotes" and \\'], ['n'.repeat(256)]])('not the nonce %j', (nonce) => {
    const quoted = nonce.replaceAll(/["\\]/g, String.raw`\$&`)
    const input = `sig=${components};created=1767225600;keyid="key_a";nonce="${quoted}"`
    expect(readWith(input, signature)).toMatchObject({ ok: true, value: { nonce } })
  })

  it.each(rows)('%s', (_given, input, value) => {
    expect(readWith(input, value)).toMatchObject({ ok: false, refusal: { code: 'invalid_signature' } })
  })
})

describe('the address under a signature is as the caller sent it', () => {
  const rows: [address: string, path: string, query: string][] = [
    ['/events?', '/events', '?'],
    ['/events', '/events', '?'],
    ['/a?name=\'"{}^|`', '/a', '?name=\'"{}^|`'],
    ['/a\'"{}^/b', '/a\'"{}^/b', '?'],
    ['/a/./b/../c//d', '/a/./b/../c//d', '?'],
    ['/%2e%2E/%7Ea?x=/../y?z', '/%2e%2E/%7Ea', '?x=/../y?z'],
  ]
  it.each(rows)('%s', (address, path, query) => {
    const url = `https://example.com${address}`
    const baseOf = (component: string): string | undefined =>
      signatureBase(
        { method: 'GET', url, headers: new Headers() },
        readParts(new Headers({ 'signature-input': `s=("${component}")`, signature: 's=:AAAA:' }))!.input,
      )
        ?.toString()
        .split('\n')[0]
    expect(baseOf('@target-uri')).toBe(`"@target-uri": ${url}`)
    expect(baseOf('@path')).toBe(`"@path": ${path}`)
    expect(baseOf('@query')).toBe(`"@query": ${query}`)
    expect(baseOf('@request-target')).toBe(`"@request-target": ${address}`)
    expect(baseOf('@authority')).toBe('"@authority": example.com')
  })
})
