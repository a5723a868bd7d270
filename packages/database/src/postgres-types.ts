/** How one type of Postgres travels: its number there, as text and back. */
interface WireType {
  readonly to: number
  readonly from: number[]
  readonly serialize: (value: never) => string
  readonly parse: (text: string) => unknown
}

const asText = (text: string): string => text

/**
 * The types that the modules use beyond the driver's own. Its way to lists is to ask each new connection for all types, a round
 * trip, and a rejection that is not heard when the connection breaks in it; the numbers of built-in types never change.
 */
export const wireTypes: Readonly<Record<string, WireType>> = {
  bigint: { to: 20, from: [20], serialize: (value: bigint) => value.toString(), parse: BigInt },
  textList: listOf(1009, asText, 1015, 1002),
  uuidList: listOf(2951, asText),
  integerList: listOf(1007, Number, 1005),
  bigintList: listOf(1016, BigInt),
  booleanList: listOf(1000, (text) => text === 't'),
}

function listOf(oid: number, parse: (text: string) => unknown, ...alike: number[]): WireType {
  return {
    to: oid,
    from: [oid, ...alike],
    serialize: (values: string | string[]) => (typeof values === 'string' ? values : toList(values)),
    parse: (text) => fromList(text, parse),
  }
}

/** `{"a","b\"c",NULL}`: everything quoted, so that nothing in an element means anything (manual, section 8.15.2). */
export function toList(values: readonly (string | number | bigint | boolean | null)[]): string {
  const elements = values.map((value) => {
    if (value === null) return 'NULL'
    return `"${String(value).replace(/(["\\])/g, '\\$1')}"`
  })
  return `{${elements.join(',')}}`
}

/** One dimension: what the modules store. */
export function fromList(text: string, parse: (text: string) => unknown): unknown[] {
  const found: unknown[] = []
  const element = /(?:"((?:[^"\\]|\\.)*)"|([^",{}]+))(?:,|\}$)/gs
  for (const [, quoted, bare] of text.matchAll(element)) {
    if (quoted !== undefined) found.push(parse(quoted.replace(/\\(.)/gs, '$1')))
    else found.push(bare === 'NULL' ? null : parse(bare ?? ''))
  }
  return found
}
