import { type Endpoint, openApiDocument } from '@species/http'
import { type MarketplacePorts, createMarketplace } from '@species/marketplace'
import openapiTS, { astToString } from 'openapi-typescript'
import { format, resolveConfig } from 'prettier'
import { operationEndpoints } from '../../apps/species/src/operations/endpoints.ts'
import type { GeneratedFile } from './generated-file.ts'

type Json = Readonly<Record<string, unknown>>
interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema: Json; description?: string }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Json }>> }
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Json }>> }>
  >
}
interface Route {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}
interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Json }
}

/** The types of the SDK's calls, from the OpenAPI document that the marketplace serves: they cannot say anything else. */
export async function generateApi(root: string): Promise<GeneratedFile[]> {
  const path = 'packages/sdk/src/gen/api.ts'
  const document = apiDocument()
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Route => ({ method: method.toUpperCase(), path, operation })),
  )
  const schemas = Object.fromEntries(routes.map(({ operation }) => [operation.operationId, shapeOf(operation)]))
  const reduced = { ...document, paths: {}, components: { schemas: { ...document.components.schemas, ...schemas } } }
  const types = astToString(await openapiTS(reduced as never, { defaultNonNullable: false }))
  const text = [
    '// Made by `npm run generate` from the OpenAPI document of the marketplace. Do not edit.',
    types.slice(types.indexOf('export interface components'), types.indexOf('    responses: never;')) + '}',
    '/** Method and path of each operation. */',
    `export const routes = {${routes.map(({ method, path, operation }) => `${operation.operationId}: ['${method}', '${path}'],`).join('\n')}} as const`,
  ].join('\n\n')
  return [{ path, content: await format(text, { ...(await resolveConfig(path)), filepath: `${root}/${path}` }) }]
}

/** The document of the whole API. */
function apiDocument(): ApiDocument {
  return openApiDocument(
    allEndpoints().map(({ spec }) => spec),
    undefined,
  ) as ApiDocument
}

/** Every endpoint of the program. Endpoints are described when they are made, so nothing has to run. */
export function allEndpoints(): Endpoint[] {
  const platform = { database: nothing, bus: nothing, clock: nothing, ids: nothing, log: nothing, metrics: nothing }
  const ports = {
    onli: nothing,
    chainReaders: [],
    chainScouts: [],
    signer: nothing,
    sandbox: false,
    sandboxAddresses: nothing,
    access: nothing,
    twoPeople: true,
    intake: nothing,
    pages: nothing,
    webhooks: nothing,
  } satisfies MarketplacePorts
  return [...createMarketplace(platform, ports).endpoints, ...operationEndpoints(nothing)]
}

/** Stands for a database, a bus and all else that endpoints use only when they are called. */
const nothing = new Proxy(() => undefined, {
  get: (_, name) => (name === Symbol.iterator ? [][Symbol.iterator] : nothing),
  apply: () => nothing,
}) as never

/** One schema for all of an operation: what goes in, by place, and the `output` of its success. */
function shapeOf({ summary, description, parameters = [], requestBody, responses }: Operation): Json {
  const places = ['path', 'query', 'header'].flatMap((place) => {
    const own = parameters.filter((one) => one.in === place)
    if (own.length === 0) return []
    const properties = Object.fromEntries(
      own.map(({ name, schema, description }) => [name, { ...schema, description }]),
    )
    const required = own.filter((one) => one.required === true).map(({ name }) => name)
    return [[place, { type: 'object', properties, required }] as const]
  })
  const body = requestBody?.content['application/json']?.schema
  const properties = { ...Object.fromEntries(places), ...(body ? { body } : {}), output: outputOf(responses) }
  const optional = new Set(places.filter(([, { required }]) => required.length === 0).map(([place]) => place))
  const required = Object.keys(properties).filter((name) => !optional.has(name))
  return { type: 'object', description: `${summary}. ${description}`, properties, required }
}

function outputOf(responses: Operation['responses']): Json {
  const outputs = Object.entries(responses)
    .filter(([status]) => status.startsWith('2'))
    .flatMap(([, { content = {} }]) => Object.values(content))
    .map(({ schema }) => schema)
  const [only] = outputs
  if (only === undefined) return { type: 'null', description: 'The answer has no body.' }
  return outputs.length === 1 ? only : { anyOf: outputs }
}
