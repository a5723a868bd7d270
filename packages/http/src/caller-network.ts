import { isIPv6 } from 'node:net'

/**
 * What counts as one caller among those who have not shown who they are: an IPv4 address, or the /64 of an IPv6 one, since a
 * single subscriber is given a whole /64. An IPv4 address written as an IPv6 one is that IPv4 address.
 */
export function callerNetwork(address: string): string {
  const plain = address.replace(/%.*$/, '')
  if (!isIPv6(plain)) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1]
  if (mapped !== undefined) return mapped
  const [head = '', tail] = plain.toLowerCase().split('::')
  const first = head === '' ? [] : head.split(':')
  // An IPv4 address at the end stands for two groups, and never for one of the first four.
  const last = tail === undefined || tail === '' ? [] : tail.replace(/\d+\.\d+\.\d+\.\d+$/, '0:0').split(':')
  const groups = [...first, ...Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0'), ...last]
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}
