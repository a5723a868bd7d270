import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { type ProxyHeader, clientAddressBehind } from './client-address.ts'

const seen = (
  networks: readonly string[],
  remoteAddress: string,
  headers: Record<string, string>,
  header?: ProxyHeader,
): string => clientAddressBehind(networks, header)({ socket: { remoteAddress }, headers } as unknown as IncomingMessage)

const ours = ['172.16.0.0/12', 'fd00::/8', '198.51.100.7']
const forwarded = (value: string): Record<string, string> => ({ 'x-forwarded-for': value })

describe('the client', () => {
  it('is who is connected, whatever they write, unless they are a proxy of ours', () => {
    const headers = { ...forwarded('203.0.113.1'), 'fly-client-ip': '203.0.113.1' }
    for (const header of ['x-forwarded-for', 'fly-client-ip'] as const) {
      expect(seen([], '172.16.0.1', headers, header)).toBe('172.16.0.1')
      expect(seen(ours, '192.0.2.9', headers, header)).toBe('192.0.2.9')
      expect(seen(ours, '2001:db8::1', headers, header)).toBe('2001:db8::1')
    }
  })

  it('is whom a proxy of ours names', () => {
    expect(seen(ours, '172.16.0.1', forwarded('203.0.113.1'))).toBe('203.0.113.1')
    expect(seen(ours, '::ffff:172.16.0.1', forwarded('::ffff:203.0.113.1'))).toBe('203.0.113.1')
    expect(seen(ours, 'fd12::1', forwarded('2001:db8::7'))).toBe('2001:db8::7')
    expect(seen(ours, '198.51.100.7', { 'fly-client-ip': '203.0.113.1' }, 'fly-client-ip')).toBe('203.0.113.1')
  })

  it('cannot choose who it is: only the last address that is no proxy of ours counts', () => {
    expect(seen(ours, '172.16.0.1', forwarded('1.1.1.1, 203.0.113.1'))).toBe('203.0.113.1')
    expect(seen(ours, '172.16.0.1', forwarded('1.1.1.1, 172.16.0.9, 203.0.113.1, 172.16.0.8'))).toBe('203.0.113.1')
    expect(seen(ours, '172.16.0.1', { ...forwarded('203.0.113.1'), 'fly-client-ip': '1.1.1.1' })).toBe('203.0.113.1')
    const both = { ...forwarded('1.1.1.1'), 'fly-client-ip': '203.0.113.1' }
    expect(seen(ours, '172.16.0.1', both, 'fly-client-ip')).toBe('203.0.113.1')
  })

  it.each(['', 'unknown', '203.0.113.1:99', '1.1.1.1, evil', `${'172.16.0.2, '.repeat(500)}x`])(
    'is the proxy where it names no one: %j',
    (value) => {
      expect(seen(ours, '172.16.0.1', forwarded(value))).toBe('172.16.0.1')
    },
  )

  it('is the proxy where Fly’s header names several', () => {
    expect(seen(ours, '172.16.0.1', { 'fly-client-ip': '1.1.1.1, 203.0.113.1' }, 'fly-client-ip')).toBe('172.16.0.1')
  })
})

it.each(['proxy', '10.0.0.0/33', '10.0.0.0/0', '10.0.0.0/', '10.0.0.0/8/8', 'fd00::/129', '::/0', '300.1.1.1'])(
  '%s is no network of proxies',
  (network) => {
    expect(() => clientAddressBehind([network])).toThrow(RangeError)
  },
)
