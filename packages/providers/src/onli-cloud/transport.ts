import { isIPv4 } from 'node:net'
import type { Interceptor, Transport } from '@connectrpc/connect'
import { createGrpcTransport } from '@connectrpc/connect-node'
import { Fault } from '@species/kernel'
import type { Secret } from '@species/platform'

export interface TransportOptions {
  readonly url: string
  readonly appKey: Secret
  /** Mutual TLS, PEM; required unless the address is loopback. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string }
}

/** gRPC with `app_key` on every call. Throws a Fault, before a byte is sent, where the address would be called insecurely. */
export function openTransport({ url, appKey, tls }: TransportOptions): Transport {
  const { protocol, hostname } = new URL(url)
  // Not by its beginning: 127.0.0.1.example.com is another host.
  const loopback = hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'))
  if (protocol !== 'https:' && !loopback) {
    throw new Fault('insecure_partner', {
      retryable: false,
      publicMessage: `Onli Cloud at ${hostname} would be called without TLS. Give an https address; plaintext is for loopback only.`,
    })
  }
  if (protocol === 'https:' && tls === undefined && !loopback) {
    throw new Fault('insecure_partner', {
      retryable: false,
      publicMessage: 'Onli Cloud wants mutual TLS: give ONLI_TLS_CA, ONLI_TLS_CERT and ONLI_TLS_KEY.',
    })
  }
  const withKey: Interceptor = (next) => async (request) => {
    request.header.set('app_key', appKey.reveal())
    return await next(request)
  }
  return createGrpcTransport({
    baseUrl: url,
    interceptors: [withKey],
    readMaxBytes: 10 * 1024 * 1024,
    pingIntervalMs: 30_000,
    pingTimeoutMs: 10_000,
    ...(tls ? { nodeOptions: { ...tls } } : {}),
  })
}
