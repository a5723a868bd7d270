import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/** A header in which a proxy names its client. */
export const proxyHeaders = ['x-forwarded-for', 'fly-client-ip'] as const
export type ProxyHeader = (typeof proxyHeaders)[number]

/** Tells the address of the client whose request this is. */
export type ClientAddress = (message: IncomingMessage) => string

/** Hops of a `X-Forwarded-For` that are looked at, from the nearest. */
const maxHops = 20

/**
 * The client is who is connected to us. Only where that is a proxy of ours, by its address, the client is whom the proxy names: in
 * `X-Forwarded-For` the last address that is no proxy of ours, since a client can write what it likes before it. A header that cannot be
 * read names no one.
 *
 * @param networks addresses and networks of proxies, as `10.0.0.1` or `fd00::/8`; throws a RangeError where one is neither
 * @param header the one header that is read; Fly writes `Fly-Client-IP` and drops a client's own
 */
export function clientAddressBehind(
  networks: readonly string[],
  header: ProxyHeader = 'x-forwarded-for',
): ClientAddress {
  const proxies = listOf(networks)
  const isProxy = (address: string): boolean => proxies.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  return (message) => {
    const direct = plain(message.socket.remoteAddress ?? 'local')
    const named = message.headers[header]
    if (networks.length === 0 || isIP(direct) === 0 || !isProxy(direct) || named === undefined) return direct
    const hops = String(named).split(',', header === 'x-forwarded-for' ? undefined : 2)
    if (header === 'fly-client-ip' && hops.length > 1) return direct
    let client = direct
    for (const hop of hops.slice(-maxHops).reverse()) {
      const address = plain(hop.trim())
      if (isIP(address) === 0) return direct
      client = address
      if (!isProxy(address)) break
    }
    return client
  }
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', length, ...more] = network.split('/')
    const family = isIP(address)
    const bits = family === 6 ? 128 : 32
    const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : NaN
    if (family === 0 || more.length > 0 || !(prefix >= 1 && prefix <= bits))
      throw new RangeError(`${network} is no address and no network such as 10.0.0.0/8`)
    list.addSubnet(address, prefix, family === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}

/** An IPv4 address that is written as an IPv6 one is that IPv4 address. */
function plain(address: string): string {
  return address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
}
