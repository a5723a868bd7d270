import { OpenAPIRegistry, OpenApiGeneratorV31, extendZodWithOpenApi } from '@asteasolutions/zod-to-openapi'
import { type ErrorCode, errorCatalogue } from '@species/contracts'
import { z } from 'zod'
import about from '../package.json' with { type: 'json' }
import { type EndpointSpec, type ResponseSpec, requestHeaders, responseHeaders, tags } from './endpoint.ts'

extendZodWithOpenApi(z)

type Path = Parameters<OpenAPIRegistry['registerPath']>[0]
type AnySpec = EndpointSpec<z.ZodType, z.ZodType, z.ZodType>

/** The OpenAPI document of these endpoints. `publicUrl`: where they are called; absent: beside the document. */
export function openApiDocument(specs: readonly AnySpec[], publicUrl: string | undefined): object {
  const registry = new OpenAPIRegistry()
  registerSecurity(registry)
  const problem = registry.register('Problem', problemSchema)
  for (const spec of specs) registerEndpoint(registry, spec, problem)
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'SPECIES Marketplace',
      version: about.version,
      description: 'One signed event in, one signed receipt out.',
      contact: { name: 'The operators of this marketplace' },
      license: { name: 'Apache License 2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl ?? '/' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
  })
}

/** Every code that an operation can be refused with: its own, and those of the way in. */
export function problemsOf(
  spec: Pick<AnySpec, 'access' | 'always' | 'audit' | 'body' | 'problems'>,
): ReadonlySet<ErrorCode> {
  return new Set([
    ...anyProblems,
    ...(spec.body ? (['malformed_json'] as const) : []),
    ...(spec.access === 'public' ? [] : accessProblems),
    ...(isConfirmed(spec) ? confirmationProblems : []),
    ...(spec.always ? [] : loadProblems),
    ...spec.problems,
  ])
}

/** Whether an operator who has a passkey confirms it. */
function isConfirmed({ audit }: Pick<AnySpec, 'audit'>): boolean {
  return audit !== undefined && audit.stops !== true
}

const confirmationProblems = ['confirmation_required', 'confirmation_invalid'] as const
const anyProblems = [
  'invalid_request',
  'body_too_large',
  'unsupported_media_type',
  'internal_error',
  'service_unavailable',
] as const
const loadProblems = ['rate_limited', 'overloaded'] as const
const accessProblems = [
  'unauthenticated',
  'invalid_signature',
  'stale_signature',
  'replayed_nonce',
  'scheme_not_allowed',
  'key_revoked',
  'user_suspended',
  'forbidden',
] as const

const problemSchema = z
  .object({
    type: z.string().describe('The address of the page about the code'),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(Object.keys(errorCatalogue) as [string, ...string[]]).describe('What went wrong, for programs'),
    detail: z.string().describe('What went wrong this time, for people'),
    retryable: z.boolean().describe('Whether the same request may succeed later'),
    requestId: z.string().describe('Names the request in the log of the marketplace'),
    issues: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .describe('The fields that do not fit, at most 20'),
    sameRequestUntil: z.iso
      .datetime()
      .optional()
      .describe('Of `rate_limited`: until then the same signed request may be sent again'),
  })
  .describe('A problem document (RFC 9457). An operation may add members of its own.')

function registerSecurity(registry: OpenAPIRegistry): void {
  registry.registerComponent('securitySchemes', 'httpMessageSignature', {
    type: 'http',
    scheme: 'Signature',
    description:
      'RFC 9421 HTTP Message Signatures over @method, @target-uri and, where there is a body, content-digest; parameters created, nonce, keyid, alg (hmac-sha256 or ed25519).',
  })
  registry.registerComponent('securitySchemes', 'specificationHmac', {
    type: 'apiKey',
    in: 'header',
    name: 'X-Signature',
    description:
      'base64 of the HMAC-SHA256 over body + X-Nonce + X-Timestamp. Send X-API-Key, X-Nonce and X-Timestamp with it. For this operation alone.',
  })
}

function registerEndpoint(registry: OpenAPIRegistry, spec: AnySpec, problem: z.ZodType): void {
  const examples = Object.entries(spec.body?.examples ?? {}).map(([name, value]) => [name, { value }] as const)
  registry.registerPath({
    method: spec.method,
    path: spec.path,
    operationId: spec.operationId,
    tags: [spec.tag],
    summary: spec.summary,
    description: spec.role === undefined ? spec.description : `${spec.description} Least role: \`${spec.role}\`.`,
    security:
      spec.access === 'public'
        ? []
        : [{ httpMessageSignature: [] }, ...(spec.specificationScheme ? [{ specificationHmac: [] }] : [])],
    request: {
      ...(spec.params ? { params: spec.params as z.ZodObject } : {}),
      ...(spec.query ? { query: spec.query as z.ZodObject } : {}),
      ...(spec.body
        ? {
            body: {
              required: true,
              content: { 'application/json': { schema: spec.body.schema, examples: Object.fromEntries(examples) } },
            },
          }
        : {}),
    },
    parameters: headersAskedOf(spec),
    responses: { ...answersOf(spec), ...refusalsOf(spec, problem) },
  })
}

const headerSchema = { type: 'string' } as const

function headersAskedOf(spec: AnySpec): NonNullable<Path['parameters']> {
  const names = [
    ...(isConfirmed(spec) ? (['Species-Confirmation'] as const) : []),
    ...(spec.requestHeaders ?? []),
    ...(spec.specificationScheme ? (['X-API-Key', 'X-Nonce', 'X-Timestamp'] as const) : []),
  ]
  return names.map((name) => ({ name, in: 'header' as const, schema: headerSchema, ...requestHeaders[name] }))
}

function answersOf({ responses }: AnySpec): Record<string, { description: string }> {
  const answers = Object.entries(responses).map(([status, { description, schema, contentType, headers }]) => [
    status,
    {
      description,
      headers: headersOf(['X-Request-Id', ...(headers ?? [])]),
      ...(schema === 'empty' ? {} : { content: { [contentType ?? 'application/json']: { schema } } }),
    },
  ])
  return Object.fromEntries(answers) as Record<string, { description: string }>
}

/** One response a status, which says in words the codes that it can carry. `default` is what is refused before it is a request. */
function refusalsOf(spec: AnySpec, schema: z.ZodType): Record<string, { description: string }> {
  const byStatus = Object.groupBy(problemsOf(spec), (code) => String(errorCatalogue[code].status))
  const content = { 'application/problem+json': { schema } }
  const refusals = Object.entries(byStatus).map(([status, codes = []]) => [
    status,
    {
      description: codes.map((code) => `\`${code}\`: ${errorCatalogue[code].title}.`).join('\n'),
      headers: headersOf(['X-Request-Id', ...(refusalHeaders[status] ?? [])]),
      content,
    },
  ])
  return {
    ...(Object.fromEntries(refusals) as Record<string, { description: string }>),
    default: { description: 'What the server could not read as a request', content } as { description: string },
  }
}

const refusalHeaders: Readonly<Record<string, NonNullable<ResponseSpec['headers']>>> = {
  401: ['WWW-Authenticate'],
  415: ['Accept-Encoding'],
  429: ['Retry-After'],
  503: ['Retry-After'],
}

function headersOf(names: readonly (keyof typeof responseHeaders)[]): object {
  return Object.fromEntries(names.map((name) => [name, { schema: headerSchema, description: responseHeaders[name] }]))
}
