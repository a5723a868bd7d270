import type { ServerResponse } from 'node:http'

export type PagesState = 'building' | 'starting' | 'ready' | 'failed'

/** What stands where the pages will be: plain HTML without scripts, which asks again by itself. */
export function placeholder(outgoing: ServerResponse, state: PagesState | 'busy', seconds: number): void {
  const [title, text] = sentences[state]
  const again = state === 'failed' ? '' : '<meta http-equiv="refresh" content="2">'
  const body = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>${again}
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"></head>
<body><main><h1>${title}</h1><p>${text}</p><p>After ${seconds} s.</p>
<p>The API answers: <a href="/docs">read it</a>, or <a href="/health">see its health</a>.</p></main></body></html>`
  outgoing.writeHead(503, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(state === 'failed' ? {} : { 'retry-after': '2' }),
  })
  outgoing.end(body)
}

const sentences: Readonly<Record<PagesState | 'busy', readonly [title: string, text: string]>> = {
  building: [
    'The pages are being built',
    'This happens once after a change and takes about half a minute. This page reloads by itself.',
  ],
  starting: ['The pages are starting', 'This page reloads by itself.'],
  ready: ['The pages are starting', 'This page reloads by itself.'],
  failed: [
    'The pages could not be built',
    'The terminal says why. Run <code>npm run build -w apps/gateway</code> to see all of it, mend it, and start again. Trading goes on without them.',
  ],
  busy: ['Too many pages are asked for', 'This page reloads by itself.'],
}
