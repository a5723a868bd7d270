import { type components, routes } from './gen/api.ts'

type Operations = Omit<components['schemas'], 'Problem'>

/** An operation by its name in the OpenAPI document. */
export type OperationId = keyof typeof routes

/** What an operation answers with. */
export type OutputOf<Op extends OperationId> = Operations[Op]['output']

/** What an operation takes, by place: `path`, `query`, `body`, `header`. Headers of signatures are the signer's. */
export type InputOf<Op extends OperationId> = {
  [Place in keyof Omit<Operations[Op], 'output'>]: Place extends 'query'
    ? LeftOut<NonNullable<Operations[Op][Place]>>
    : Operations[Op][Place]
}

/** A field of a query may be undefined: it is left out then. */
type LeftOut<Query> = { [Name in keyof Query]: Query[Name] | undefined }

/** The input may be left out where nothing in it is needed. */
export type CallInput<Op extends OperationId> =
  Partial<InputOf<Op>> extends InputOf<Op> ? [input?: InputOf<Op>] : [input: InputOf<Op>]

/** What is sent for an operation. */
export interface Sent {
  readonly method: string
  readonly path: string
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
  /** Whether it may be sent again where no answer came: it reads, or its own id makes it happen once. */
  readonly repeatable: boolean
}

/** Operations that change something once, however often they are sent; and those that only look. */
const repeatable: ReadonlySet<OperationId> = new Set(['submitEvent', 'previewEvent', 'authenticate'] as const)

export function sentFor(operation: OperationId, input: object = {}): Sent {
  const { path = {}, query = {}, header = {}, body } = input as Partial<Record<string, Record<string, unknown>>>
  const [method, template] = routes[operation]
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(textOf(path[name])))
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const search = new URLSearchParams(given.map(([name, value]): [string, string] => [name, textOf(value)])).toString()
  return {
    method,
    path: search === '' ? filled : `${filled}?${search}`,
    body,
    headers: Object.fromEntries(Object.entries(header).map(([name, value]) => [name, textOf(value)])),
    repeatable: method === 'GET' || repeatable.has(operation),
  }
}

/** Of a value in an address or a header: text, a number or a truth value. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new TypeError('a value of a path, a query or a header is missing or no text')
}
