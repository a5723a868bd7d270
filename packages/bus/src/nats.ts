import { isIP } from 'node:net'
import { type ConnectionOptions as SecureOptions, checkServerIdentity } from 'node:tls'
import { type ConnectionOptions, type NatsConnection, connect } from '@nats-io/transport-node'

export interface NatsSettings {
  /** Addresses of one server or of a cluster, separated by commas: `nats://` is plaintext, `tls://` is not. */
  readonly url: string
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string }
}

/**
 * Connects to NATS, and connects again for ever when the connection is lost. A `tls://` address never becomes plaintext: a
 * server without TLS is refused. A user and a password, or a token as the user alone, are taken from the address.
 */
export async function connectNats({ url, tls }: NatsSettings): Promise<NatsConnection> {
  return await connect({ ...natsOptions(url, tls), reconnect: true, maxReconnectAttempts: -1 })
}

/** How many replicas the streams of such an address have: three where three servers or more are named. */
export function replicasFor(url: string): number {
  return natsAddresses(url).length >= 3 ? 3 : 1
}

/**
 * Reads such addresses. They say who we are once for all servers, and nothing else: what would be ignored is refused by name.
 * Throws an Error whose message has no password in it.
 */
export function natsAddresses(url: string): URL[] {
  const addresses = url.split(',').map(addressOf)
  const [first] = addresses
  if (first?.username === '' && first.password !== '')
    throw new Error('an address of NATS has a user before its password, or a token in the place of the user')
  const other = addresses.find((one) => one.username !== first?.username || one.password !== first.password)
  if (other)
    throw new Error(`addresses of NATS have one user and password, the same in each; those of ${other.host} are others`)
  return addresses
}

function addressOf(text: string): URL {
  const given = text.trim()
  const address = URL.canParse(given) ? new URL(given) : undefined
  if (!address || !['nats:', 'tls:'].includes(address.protocol) || address.hostname === '')
    throw new Error('an address of NATS is nats://user:password@host:port, or tls:// for an encrypted one')
  const [parameter] = address.searchParams.keys()
  if (parameter !== undefined) throw new Error(`an address of NATS takes no parameters; it has ${parameter}`)
  if (!['', '/'].includes(address.pathname) || address.hash !== '')
    throw new Error(`an address of NATS ends with its port; that of ${address.host} goes on`)
  return address
}

function natsOptions(url: string, tls: NatsSettings['tls']): ConnectionOptions {
  const servers = natsAddresses(url)
  const [first] = servers
  if (!first) throw new Error('no address of NATS')
  const encrypted = servers.every((server) => server.protocol === 'tls:')
  if (!encrypted && (tls !== undefined || servers.some((server) => server.protocol === 'tls:')))
    throw new Error('addresses of NATS: all are tls://, or none is')
  const user = decodeURIComponent(first.username)
  const pass = decodeURIComponent(first.password)
  return {
    name: 'species',
    servers: servers.map((server) => server.host),
    ...(user === '' ? {} : pass === '' ? { token: user } : { user, pass }),
    ...(encrypted
      ? {
          tls: {
            ...identityOf(servers.map(({ hostname }) => hostname.replace(/^\[(.*)\]$/, '$1'))),
            ...(tls?.ca === undefined ? {} : { caFile: tls.ca }),
            ...(tls?.cert === undefined ? {} : { certFile: tls.cert }),
            ...(tls?.key === undefined ? {} : { keyFile: tls.key }),
          },
        }
      : {}),
    pingInterval: 5_000,
    maxPingOut: 2,
    reconnectTimeWait: 250,
    timeout: 5_000,
    // What the peers gossip is not taken: people name the servers, and a drill or a tunnel may stand before them.
    ignoreClusterUpdates: true,
    noAsyncTraces: true,
  }
}

/**
 * Certificates are checked against the name that was connected to. The client knows no name where that is an IP address, and
 * Node would then take a certificate of `localhost`: there it must be one of an IP address that is ours.
 */
function identityOf(hosts: readonly string[]): Pick<SecureOptions, 'checkServerIdentity'> {
  const numbers = hosts.filter((host) => isIP(host) !== 0)
  return {
    checkServerIdentity(name, certificate) {
      const expected = hosts.includes(name) || numbers.length === 0 ? [name] : numbers
      const reasons = expected.map((host) => checkServerIdentity(host, certificate))
      return reasons.includes(undefined) ? undefined : reasons[0]
    },
  }
}
