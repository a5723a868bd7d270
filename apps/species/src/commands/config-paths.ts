import { wrongUse } from './wrong-use.ts'

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The configuration with one value changed. The kind of the value that stands there says how the text is read: text as it is,
 * everything else as JSON. Whether it is allowed is for the marketplace to say.
 */
export function withValue(config: Fields, path: string, text: string): Fields {
  const [part = '', ...rest] = path.split('.')
  const known = Object.hasOwn(config, part)
  if (rest.length > 0) {
    const inner = known ? config[part] : undefined
    if (!isFields(inner)) throw wrongUse(`The configuration has no ${part} with ${rest.join('.')} in it.`)
    return { ...config, [part]: withValue(inner, rest.join('.'), text) }
  }
  if (!/^[A-Za-z]\w*$/.test(part)) throw wrongUse(`${part} is not the name of a value.`)
  return { ...config, [part]: typeof config[part] === 'string' && known ? text : fromJson(text, known) }
}

/** A new value has no kind to go by: what is not JSON is text. */
function fromJson(text: string, known: boolean): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    if (known) throw wrongUse(`${text} is not JSON: write a number, true, false or a list such as '["a"]'.`)
    return text
  }
}

export interface ChangedPath {
  readonly path: string
  readonly from: unknown
  readonly to: unknown
}

/** Where two configurations differ, in the order of the older one. Lists are compared whole. */
export function changedPaths(from: Fields, to: Fields, above = ''): ChangedPath[] {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])]
  return names.flatMap((name) => {
    const [old, now] = [from[name], to[name]]
    const path = above + name
    if (isFields(old) && isFields(now)) return changedPaths(old, now, `${path}.`)
    return JSON.stringify(old) === JSON.stringify(now) ? [] : [{ path, from: old, to: now }]
  })
}
