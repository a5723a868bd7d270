import { isIPv4 } from 'node:net'

/** The two halves of an address as a caller wrote it: `http://host:port` and everything after it. */
export function splitAddress(address: string): { origin: string; target: string } {
  const [, origin = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)?([^#]*)/i.exec(address) ?? []
  return { origin, target: rest.startsWith('/') ? rest : `/${rest}` }
}

/**
 * Whether a `Host` names this machine: loopback, the address of the socket, or what the process listens on. A name that anyone
 * could point at us is none: who signed for it did not sign for us.
 */
export function isOwnHost(host: string, own: readonly (string | undefined)[]): boolean {
  const name = host.replace(/:\d*$/, '').toLowerCase()
  const loopback = name === 'localhost' || name === '[::1]' || (isIPv4(name) && name.startsWith('127.'))
  return loopback || own.some((one) => one !== undefined && hostNameOf(one) === name)
}

/** A host or an address of a socket as it stands in a URL. */
function hostNameOf(host: string): string {
  const plain = host.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '')
  return plain.includes(':') && !plain.startsWith('[') ? `[${plain}]` : plain
}
