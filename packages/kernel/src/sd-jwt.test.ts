import { createHash, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto'
import { SDJwtInstance } from '@sd-jwt/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type JsonPath, conceal, joinSdJwt, reveal, splitSdJwt } from './sd-jwt.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url')
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

// The issuer's payload and disclosures of RFC 9901 section 5.1, as they are printed there.
const rfc = {
  payload: {
    _sd: [
      'CrQe7S5kqBAHt-nMYXgc6bdt2SH5aTY1sU_M-PgkjPI',
      'JzYjH4svliH0R3PyEMfeZu6Jt69u5qehZo7F7EPYlSE',
      'PorFbpKuVu6xymJagvkFsFXAbRoc2JGlAUA2BA4o7cI',
      'TGf4oLbgwd5JQaHyKVQZU9UdGE0w5rtDsrZzfUaomLo',
      'XQ_3kPKt1XyX7KANkqVR6yZ2Va5NrPIvPYbyMvRKBMM',
      'XzFrzwscM6Gn6CJDc6vVK8BkMnfG8vOSKfpPIZdAfdE',
      'gbOsI4Edq2x2Kw-w5wPEzakob9hV1cRD0ATN3oQL9JM',
      'jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4',
    ],
    iss: 'https://issuer.example.com',
    sub: 'user_42',
    nationalities: [
      { '...': 'pFndjkZ_VCzmyTa6UjlZo3dh-ko8aIKQc9DlGzhaVYo' },
      { '...': '7Cf6JkPudry3lcbwHgeZ8khAv1U1OSlerP0VkBJrWZ0' },
    ],
    _sd_alg: 'sha-256',
  },
  givenName: 'WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd',
  familyName: 'WyJlbHVWNU9nM2dTTklJOEVZbnN4QV9BIiwgImZhbWlseV9uYW1lIiwgIkRvZSJd',
  address:
    'WyJBSngtMDk1VlBycFR0TjRRTU9xUk9BIiwgImFkZHJlc3MiLCB7InN0cmVldF9hZGRyZXNzIjogIjEyMyBNYWluIFN0IiwgImxvY2FsaXR5IjogIkFueXRvd24iLCAicmVnaW9uIjogIkFueXN0YXRlIiwgImNvdW50cnkiOiAiVVMifV0',
  american: 'WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIlVTIl0',
  german: 'WyJuUHVvUW5rUkZxM0JJZUFtN0FuWEZBIiwgIkRFIl0',
}

describe('RFC 9901', () => {
  test('the example of section 5 tells what its disclosures say, and how much they do not', () => {
    const told = reveal(rfc.payload, [rfc.givenName, rfc.familyName, rfc.address, rfc.american], sha256)
    const address = { street_address: '123 Main St', locality: 'Anytown', region: 'Anystate', country: 'US' }
    expect(told).toEqual({
      document: {
        iss: 'https://issuer.example.com',
        sub: 'user_42',
        nationalities: ['US'],
        given_name: 'John',
        family_name: 'Doe',
        address,
      },
      withheld: 6,
    })
    expect(reveal(rfc.payload, [rfc.german], sha256).document['nationalities']).toEqual(['DE'])
  })

  const own = (content: unknown[]): [string, string] => [encode(content), sha256(encode(content))]
  const [name, digest] = own(['s', 'a', 1])
  test.each<[string, Record<string, unknown>, string[]]>([
    ['a disclosure that belongs to nothing', { b: 1 }, [name]],
    ['a disclosure twice', { _sd: [digest] }, [name, name]],
    ['a digest twice', { _sd: [digest], b: { _sd: [digest] } }, [name]],
    ['a name that is there already', { _sd: [digest], a: 2 }, [name]],
    ['a property where an item is hidden', { b: [{ '...': digest }] }, [name]],
    ['an item where a property is hidden', { _sd: [own(['s', 1])[1]] }, [own(['s', 1])[0]]],
    ['a property by the name of the digests', { _sd: [own(['s', '_sd', 1])[1]] }, [own(['s', '_sd', 1])[0]]],
    ['a digest with company', { b: [{ '...': digest, c: 1 }] }, []],
    ['a digest that is no text', { _sd: [1] }, []],
    ['digests that are no list', { _sd: 'a' }, []],
    ['another hash', { _sd: [digest], _sd_alg: 'md5' }, []],
    ['a disclosure that is no JSON', { _sd: [sha256('!')] }, ['!']],
  ])('section 7.1: %s is refused', (_name, payload, disclosures) => {
    expect(() => reveal(payload, disclosures, sha256)).toThrow(SyntaxError)
  })

  test('section 4.3: what follows the last disclosure is a holder’s signature, which we do not take', () => {
    expect(splitSdJwt('a.b.c')).toEqual({ jwt: 'a.b.c', disclosures: [] })
    expect(splitSdJwt(joinSdJwt('a.b.c', ['d', 'e']))).toEqual({ jwt: 'a.b.c', disclosures: ['d', 'e'] })
    expect(() => splitSdJwt('a.b.c~d')).toThrow(SyntaxError)
  })
})

/** Any document, and which of its values are hidden: a choice by path that is the same each time. */
const documents = fc
  .dictionary(fc.stringMatching(/^[a-z]{1,2}$/), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 })
  // As JSON keeps it: it has no -0.
  .map((document) => JSON.parse(JSON.stringify(document)) as typeof document)
const choices = fc.integer({ min: 0, max: 255 })
const chosen = (seed: number, path: JsonPath): boolean =>
  sha256(`${seed} ${JSON.stringify(path)}`).charCodeAt(0) % 2 === 0
const salt = (): string => randomBytes(16).toString('base64url')
/** Names that the format keeps for itself are not ours. */
const isPlain = (value: unknown): boolean => !/"(_sd|_sd_alg|\.\.\.|__proto__)"/.test(JSON.stringify(value))

describe('a document', () => {
  test('is told whole by all of its disclosures, and shows nothing hidden without them', () => {
    fc.assert(
      fc.property(documents.filter(isPlain), choices, (document, seed) => {
        const hidden = conceal(document, { isHidden: (path) => chosen(seed, path), salt, sha256 })
        const texts = hidden.disclosures.map(({ text }) => text)
        expect(reveal(hidden.payload, texts, sha256)).toEqual({ document, withheld: 0 })
        const bare = reveal(hidden.payload, [], sha256).document
        for (const name of Object.keys(document)) expect(name in bare).toBe(!chosen(seed, [name]))
      }),
    )
  })

  test('is read by a peer as we read it, and we read what a peer has hidden', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const peer = new SDJwtInstance({
      signer: async (data: string) => sign(null, Buffer.from(data), privateKey).toString('base64url'),
      verifier: async (data: string, signature: string) =>
        verify(null, Buffer.from(data), publicKey, Buffer.from(signature, 'base64url')),
      signAlg: 'EdDSA',
      hasher: (data: string | ArrayBuffer) =>
        createHash('sha256')
          .update(data as string)
          .digest(),
      hashAlg: 'sha-256',
      saltGenerator: salt,
    })
    await fc.assert(
      // The peer loses hidden properties without a name.
      fc.asyncProperty(
        documents.filter((one) => isPlain(one) && !JSON.stringify(one).includes('"":')),
        choices,
        async (document, seed) => {
          const { payload, disclosures } = conceal(document, { isHidden: (path) => chosen(seed, path), salt, sha256 })
          const signed = `${encode({ alg: 'EdDSA', typ: 'test+sd-jwt' })}.${encode(payload)}`
          const jwt = `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`
          const texts = disclosures.map(({ text }) => text)
          for (const told of [texts, []]) {
            const theirs = await peer.verify(joinSdJwt(jwt, told))
            expect(theirs.payload).toEqual(reveal(payload, told, sha256).document)
          }
        },
      ),
      { numRuns: 50 },
    )
    const claims = { name: 'ann', list: ['a', 'b', 'c'], deep: { secret: 1, open: 2 } }
    const issued = splitSdJwt(
      await peer.issue(claims, { _sd: ['name'], list: { _sd: [1] }, deep: { _sd: ['secret'] } }),
    )
    const payload = JSON.parse(Buffer.from(issued.jwt.split('.')[1] ?? '', 'base64url').toString()) as object
    expect(reveal({ ...payload }, issued.disclosures, sha256)).toEqual({ document: claims, withheld: 0 })
  })
})
