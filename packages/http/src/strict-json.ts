import { type Result, ok, refuse } from '@species/kernel'

/** Deeper than any request of ours: what nests further is an attack or a mistake. */
const maxDepth = 12

/**
 * Reads JSON as this API takes it: nesting is bounded, no key stands twice in an object (RFC 8259 leaves open which would count), every
 * text can be stored, and every number is a plain integer that JavaScript holds exactly.
 * `1e3`, `1.0` and `-0` are refused by their source text (ECMA-262 JSON.parse source access), since after parsing they
 * could not be told from `1000`, `1` and `0`.
 */
export function parseStrictJson(text: string): Result<unknown> {
  if (nestingOf(text) > maxDepth) return refuse('malformed_json', `The body nests deeper than ${maxDepth} levels.`)
  let badNumber: string | undefined
  const unstorable: string[] = []
  try {
    const value: unknown = JSON.parse(text, (key: string, parsed: unknown, context?: { source?: string }) => {
      if (!isStorableText(key) || (typeof parsed === 'string' && !isStorableText(parsed))) unstorable.push(key)
      if (typeof parsed === 'number' && !isPlainInteger(context?.source ?? '')) badNumber ??= context?.source ?? ''
      return parsed
    })
    if (badNumber !== undefined) {
      return refuse(
        'invalid_amount',
        `The number ${badNumber.slice(0, 40)} is not a plain integer up to 9007199254740991. Write money as a decimal string.`,
      )
    }
    if (unstorable.length > 0)
      return refuse('malformed_json', 'A text in the body holds NUL or half a surrogate pair, which cannot be stored.')
    const repeated = repeatedKey(text)
    if (repeated !== undefined)
      return refuse('malformed_json', `The key ${JSON.stringify(repeated.slice(0, 40))} stands twice in one object.`)
    return ok(value)
  } catch {
    return refuse('malformed_json', 'The body is not valid JSON.')
  }
}

function isPlainInteger(source: string): boolean {
  return /^(0|-?[1-9]\d{0,15})$/.test(source) && Number.isSafeInteger(Number(source))
}

/** The deepest nesting of brackets outside strings; cheap, and never recursive. */
function nestingOf(text: string): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let index = 0; index < text.length; index++) {
    const character = text.charCodeAt(index)
    if (inString) {
      if (character === 0x5c) index++
      else if (character === 0x22) inString = false
    } else if (character === 0x22) inString = true
    else if (character === 0x7b || character === 0x5b) deepest = Math.max(deepest, ++depth)
    else if (character === 0x7d || character === 0x5d) depth--
  }
  return deepest
}

/** Whether Postgres stores a text: it takes neither NUL nor half a surrogate pair. */
export function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

/** A key that stands twice in one object of a valid JSON text, as it reads without its escapes. */
function repeatedKey(text: string): string | undefined {
  /** The keys of each object that is open, and undefined for each array. */
  const open: (Set<string> | undefined)[] = []
  // Strings, and the marks outside them: a string before a colon is a key.
  for (const [token, string] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}[\]]/gs)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(undefined)
    else if (token === '}' || token === ']') open.pop()
    else if (string !== undefined) {
      const key = JSON.parse(string) as string
      const keys = open.at(-1)
      if (keys?.has(key) === true) return key
      keys?.add(key)
    }
  }
  return undefined
}
