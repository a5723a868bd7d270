import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { errorCatalogue } from '@species/contracts'
import { Problem } from './problem.ts'

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
export function documentationPages(makeDocument: () => object): DocumentationPage[] {
  const document = once(() => JSON.stringify(makeDocument()))
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
