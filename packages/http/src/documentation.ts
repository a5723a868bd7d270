import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { errorCatalogue } from '@species/contracts'
import { z } from 'zod'
import type { EndpointSpec } from './endpoint.ts'
import { Problem } from './problem.ts'

const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.enum(Object.keys(errorCatalogue) as [string, ...string[]]),
  detail: z.string(),
  retryable: z.boolean(),
  requestId: z.string(),
  sameRequestUntil: z.string().optional(),
})

/** Writes an endpoint into the OpenAPI document. */
export function registerEndpoint(app: OpenAPIHono, spec: EndpointSpec<z.ZodType, z.ZodType, z.ZodType>): void {
  const responses = Object.fromEntries(
    Object.entries(spec.responses).map(([status, { description, schema, contentType }]) => [
      status,
      { description, ...(schema ? { content: { [contentType ?? 'application/json']: { schema } } } : {}) },
    ]),
  )
  app.openAPIRegistry.registerPath({
    method: spec.method,
    path: spec.path,
    tags: [spec.tag],
    summary: spec.summary,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    ...(spec.access === 'public'
      ? {}
      : { security: [{ httpMessageSignature: [] }, ...(spec.specificationScheme ? [{ specificationHmac: [] }] : [])] }),
    request: {
      ...(spec.params ? { params: spec.params as z.ZodObject } : {}),
      ...(spec.query ? { query: spec.query as z.ZodObject } : {}),
      ...(spec.body ? { body: { required: true, content: { 'application/json': { schema: spec.body } } } } : {}),
    },
    responses: {
      ...responses,
      default: {
        description: 'A problem document (RFC 9457)',
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    },
  })
}

const assetTypes: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
}

/** A page that is answered to GET. */
export interface DocumentationPage {
  /** With OpenAPI placeholders, as that of an endpoint. */
  readonly path: string
  /** Throws a Problem where there is nothing at this path. */
  answer(path: string): Promise<Response> | Response
}

/** `/openapi.json` from the code, `/docs` to read it (its assets come from this server, not from a network), `/errors/*`. */
export function documentationPages(app: OpenAPIHono): DocumentationPage[] {
  app.openAPIRegistry.registerComponent('securitySchemes', 'httpMessageSignature', {
    type: 'http',
    scheme: 'Signature',
    description:
      'RFC 9421 HTTP Message Signatures over @method, @target-uri and, where there is a body, content-digest; parameters created, nonce, keyid, alg (hmac-sha256 or ed25519).',
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'specificationHmac', {
    type: 'apiKey',
    in: 'header',
    name: 'X-Signature',
    description: 'base64 HMAC-SHA256 over body + X-Nonce + X-Timestamp, with X-API-Key; on this address alone.',
  })
  const document = once(() =>
    JSON.stringify(
      app.getOpenAPI31Document({
        openapi: '3.1.0',
        info: {
          title: 'SPECIES Marketplace',
          version: '1.0.0',
          description: 'One signed event in, one signed receipt out.',
        },
      }),
    ),
  )
  const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  const assetPages = Object.entries(assetTypes).map(([name, type]): DocumentationPage => {
    const text = once(() => readFile(join(assets, name), 'utf8'))
    const kept = { 'cache-control': 'public, max-age=86400' }
    return { path: `/docs/${name}`, answer: async () => file(await text(), type, kept) }
  })
  return [
    { path: '/openapi.json', answer: () => file(document(), 'application/json') },
    { path: '/docs', answer: () => file(page, 'text/html; charset=utf-8') },
    { path: '/docs/start.js', answer: () => file(startScript, 'text/javascript') },
    ...assetPages,
    { path: '/errors/{code}', answer: errorPage },
  ]
}

const errorPages = new URL('../../../docs/errors/', import.meta.url)

async function errorPage(path: string): Promise<Response> {
  // The pages name each other as files, so that they can be read in the repository as well.
  const code = path.replace('/errors/', '').replace(/\.md$/, '')
  if (!Object.hasOwn(errorCatalogue, code)) throw new Problem('not_found', `There is no error code at ${path}.`)
  return file(await readFile(new URL(`${code}.md`, errorPages), 'utf8'), 'text/markdown; charset=utf-8')
}

/** Made when it is first asked for, and then kept. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => (made ??= { value: make() }).value
}

/** Nothing is guessed about a file, and a page loads only what is ours. The reader of the API sets styles in its elements. */
function file(text: string, type: string, headers: Record<string, string> = {}): Response {
  return new Response(text, {
    headers: {
      'content-type': type,
      'x-content-type-options': 'nosniff',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      ...headers,
    },
  })
}

const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>SPECIES Marketplace API</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="docs/swagger-ui.css"></head>
<body><div id="docs"></div><script src="docs/swagger-ui-bundle.js"></script><script src="docs/start.js"></script></body></html>`

// Addresses are relative to the page, so that it may stand behind a path of a proxy.
const startScript = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#docs', defaultModelsExpandDepth: 0, supportedSubmitMethods: [] })`
