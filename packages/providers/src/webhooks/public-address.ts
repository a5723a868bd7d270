import ipaddr from 'ipaddr.js'

/** Addresses that are public by their range and reach the inside of a cloud: Azure's wire server. */
const insideClouds: ReadonlySet<string> = new Set(['168.63.129.16'])

/**
 * Whether this IP address is a public one. Private, loopback, link-local (which holds the metadata services), shared, reserved and
 * multicast ranges are not. Forms that carry an IPv4 address within an IPv6 one (mapped, 6to4, NAT64, Teredo) are not either, whatever
 * they carry: no public server needs them. `text` is in the usual notation, without brackets.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text) || text.includes('%')) return false
  const address = ipaddr.parse(text)
  if (address.range() !== 'unicast' || insideClouds.has(address.toString())) return false
  // All public IPv6 addresses are in 2000::/3 (RFC 4291 section 2.4, and IANA's allocation).
  return address.kind() === 'ipv4' || address.match(ipaddr.parseCIDR('2000::/3'))
}

/** Whether this IP address is this machine's own. */
export function isLoopbackAddress(text: string): boolean {
  return ipaddr.isValid(text) && ipaddr.process(text).range() === 'loopback'
}

/** The address that the host of a URL is, without brackets; undefined where it is a name. */
export function addressIn(hostname: string): string | undefined {
  const text = hostname.replace(/^\[(.*)\]$/, '$1')
  return ipaddr.isValid(text) ? text : undefined
}
