/**
 * Selective disclosure of a JSON document (SD-JWT, RFC 9901): what is hidden stands in the signed payload as a salted digest, and
 * is told by its disclosure. The caller signs; out of scope is the holder's key (sections 4.3 and 7.3), which we do not use.
 */

/** Where a value stands in a document: names of properties and places in arrays. */
export type JsonPath = readonly (string | number)[]

/** What tells one hidden value. */
export interface Disclosure {
  readonly path: JsonPath
  readonly text: string
}

/** The SHA-256 digest of a text, in base64url. */
export type Sha256 = (text: string) => string

type JsonObject = Readonly<Record<string, unknown>>

interface Concealing {
  isHidden(path: JsonPath): boolean
  /** At least 128 bits that cannot be guessed, another for each path (RFC 9901 section 9.3). */
  salt(path: JsonPath): string
  readonly sha256: Sha256
}

/** Takes what is hidden out of a document, leaving digests. A disclosure inside another comes before it. */
export function conceal(document: JsonObject, how: Concealing): { payload: JsonObject; disclosures: Disclosure[] } {
  const disclosures: Disclosure[] = []
  const disclose = (path: JsonPath, content: readonly unknown[]): string => {
    const text = Buffer.from(JSON.stringify([how.salt(path), ...content])).toString('base64url')
    disclosures.push({ path, text })
    return how.sha256(text)
  }
  const walk = (value: unknown, path: JsonPath): unknown => {
    if (Array.isArray(value)) {
      return value.map((item: unknown, place) => {
        const at = [...path, place]
        const inner = walk(item, at)
        return how.isHidden(at) ? { '...': disclose(at, [inner]) } : inner
      })
    }
    return isObject(value) ? walkObject(value, path) : value
  }
  const walkObject = (object: JsonObject, path: JsonPath): JsonObject => {
    const open: [string, unknown][] = []
    const digests: string[] = []
    for (const [name, item] of Object.entries(object)) {
      if (item === undefined) continue
      const at = [...path, name]
      const inner = walk(item, at)
      if (how.isHidden(at)) digests.push(disclose(at, [name, inner]))
      else open.push([name, inner])
    }
    // Sorted, so that their order does not tell which is which.
    return Object.fromEntries(digests.length === 0 ? open : [...open, ['_sd', digests.sort()]])
  }
  return { payload: { ...walkObject(document, []), _sd_alg: 'sha-256' }, disclosures }
}

/**
 * The document that a payload and some of its disclosures tell (RFC 9901 section 7.1), and how many hidden values it meets that
 * they do not. Throws a SyntaxError where they do not belong together. The payload's signature is the caller's to check.
 */
export function reveal(
  payload: JsonObject,
  disclosures: readonly string[],
  sha256: Sha256,
): { document: JsonObject; withheld: number } {
  if ((payload['_sd_alg'] ?? 'sha-256') !== 'sha-256') throw new SyntaxError('the digests are of an unknown kind')
  const told = new Map(disclosures.map((text) => [sha256(text), text]))
  const met = new Set<string>()
  const take = (digest: unknown, length: 2 | 3): unknown[] | undefined => {
    if (typeof digest !== 'string' || met.has(digest)) throw new SyntaxError('a digest is no text, or there twice')
    met.add(digest)
    const text = told.get(digest)
    if (text === undefined) return undefined
    const content: unknown = JSON.parse(textOf(text))
    if (!Array.isArray(content) || content.length !== length) throw new SyntaxError('a disclosure has another shape')
    return content as unknown[]
  }
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.flatMap(walkItem)
    return isObject(value) ? walkObject(value) : value
  }
  const walkItem = (item: unknown): unknown[] => {
    if (!isObject(item) || !('...' in item)) return [walk(item)]
    if (Object.keys(item).length !== 1) throw new SyntaxError('a digest has company')
    const content = take(item['...'], 2)
    return content === undefined ? [] : [walk(content[1])]
  }
  const walkObject = ({ _sd: digests = [], ...open }: JsonObject): JsonObject => {
    if (!Array.isArray(digests)) throw new SyntaxError('_sd is no list')
    const shown = new Map(Object.entries(open).map(([name, value]) => [name, walk(value)]))
    for (const digest of digests) {
      const content = take(digest, 3)
      if (content === undefined) continue
      const [, name, value] = content
      if (typeof name !== 'string' || ['_sd', '...'].includes(name) || shown.has(name))
        throw new SyntaxError('a disclosure has a name that may not be there')
      shown.set(name, walk(value))
    }
    return Object.fromEntries(shown)
  }
  const { _sd_alg: _, ...claims } = payload
  const document = walkObject(claims)
  const used = [...told.keys()].filter((digest) => met.has(digest)).length
  if (used !== disclosures.length) throw new SyntaxError('a disclosure belongs to nothing, or is there twice')
  return { document, withheld: met.size - used }
}

/** The compact form (RFC 9901 section 4): the signed part, and each disclosure, with a tilde after every one. */
export function joinSdJwt(jwt: string, disclosures: readonly string[]): string {
  return [jwt, ...disclosures, ''].join('~')
}

/** The signed part and the disclosures; of a plain JWS the one part. Throws a SyntaxError where a holder's signature follows. */
export function splitSdJwt(text: string): { jwt: string; disclosures: string[] } {
  const [jwt = '', ...rest] = text.split('~')
  if ((rest.pop() ?? '') !== '') throw new SyntaxError('there is something after the last disclosure')
  return { jwt, disclosures: rest }
}

/** The text of base64url, by what browsers have as well. Throws a SyntaxError where it is none. */
function textOf(base64url: string): string {
  try {
    const bytes = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
    return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)))
  } catch {
    throw new SyntaxError('a disclosure is no base64url')
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
