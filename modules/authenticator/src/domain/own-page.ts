import type { RequestHeaders } from '@species/contracts'

/** Headers that say that a request passed something on its way: it then need not come from this machine. */
const forwarding = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-forwarded-server',
  'x-real-ip',
  'x-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'x-vercel-forwarded-for',
]

/** A `Host` that is this machine, whoever asks: no name that others could point at us. */
const loopbackHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i

/**
 * Why a request does not come from a page of this marketplace in a browser on this machine; undefined: it does. `Sec-Fetch-Site`
 * cannot be set by scripts (Fetch Metadata, section 2.3), so a page of another site cannot claim to be ours.
 */
export function notFromOwnPage(headers: RequestHeaders): string | undefined {
  const passed = forwarding.find((name) => headers.has(name))
  if (passed !== undefined) return `the request was forwarded: it has the header ${passed}`
  const host = headers.get('host')
  if (host === null || !loopbackHost.test(host)) return 'its Host is not this machine'
  if (headers.get('sec-fetch-site') !== 'same-origin') return 'no page of this marketplace sent it'
  const origin = headers.get('origin')
  if (origin !== null && origin !== `http://${host}`) return 'its Origin is another'
  return undefined
}
