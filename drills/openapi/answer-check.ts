import { Ajv2020 } from 'ajv/dist/2020.js'

interface Media {
  readonly schema?: object
}
interface Described {
  readonly paths: Record<
    string,
    Record<string, { readonly responses: Record<string, { readonly content?: Record<string, Media> }> }>
  >
}

/** Says where an answer differs from what the document promises of its operation; nothing where it keeps it. */
export type CheckAnswer = (
  operation: string,
  answer: { readonly status: number; readonly headers: Headers; readonly body: unknown },
) => string[]

/** `document` is OpenAPI 3.1: its schemas are JSON Schema 2020-12. `operation` is `GET /path/{with}/{placeholders}`. */
export function createAnswerCheck(document: object): CheckAnswer {
  const { paths } = document as Described
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
  ajv.addSchema(document, 'document')
  return (operation, { status, headers, body }) => {
    const [method = '', path = ''] = operation.split(' ')
    const responses = paths[path]?.[method.toLowerCase()]?.responses
    if (!responses) return [`${operation} is not in the document`]
    const name = String(status) in responses ? String(status) : 'default'
    if (!(name in responses)) return [`${operation} answers ${status}, which the document does not name`]
    const type = headers.get('content-type')?.split(';')[0] ?? ''
    const content = responses[name]?.content ?? {}
    if (!(type in content))
      return type === '' && Object.keys(content).length === 0 ? [] : [`${operation} answers ${status} as ${type}`]
    if (!content[type]?.schema || !type.endsWith('json')) return []
    const place = ['paths', path, method.toLowerCase(), 'responses', name, 'content', type, 'schema']
    const pointer = place.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')
    const check = ajv.getSchema(`document#/${pointer}`)
    if (!check) return [`${operation} has no schema for ${status}`]
    if (check(body) === true) return []
    return (check.errors ?? []).map(
      ({ instancePath, message = '', params }) =>
        `${operation} ${status}${instancePath}: ${message} ${JSON.stringify(params)}`,
    )
  }
}
