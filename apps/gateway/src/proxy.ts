import { type NextRequest, NextResponse } from 'next/server'

/** Each page has a policy of its own: only scripts that carry its nonce run, and nothing comes from elsewhere. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64')
  const policy = policyWith(nonce)
  const requestId = `req_${crypto.randomUUID().replaceAll('-', '').slice(0, 24)}`
  const headers = new Headers(request.headers)
  headers.set('content-security-policy', policy)
  headers.set('x-nonce', nonce)
  headers.set('x-request-id', requestId)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  response.headers.set('x-request-id', requestId)
  for (const [name, value] of fixed) response.headers.set(name, value)
  return response
}

/** Pages only: what the build made is the same for everyone, and the API has headers of its own. */
export const config = {
  matcher: [
    '/((?!_next/static|marketplace/|admin/v1|health|metrics|openapi.json|docs|errors|\\.well-known|webhooks/|icon.svg).*)',
  ],
}

const fixed = [
  ['cache-control', 'no-store'],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()'],
  ['referrer-policy', 'no-referrer'],
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
] as const

function policyWith(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
