import { describe, expect, it } from 'vitest'
import { isLoopbackAddress, isPublicAddress } from './public-address.ts'
import { createWebhookSender } from './sender.ts'

const strict = createWebhookSender({ allowLoopback: false })
const sandbox = createWebhookSender({ allowLoopback: true })

describe('an address', () => {
  it.each([
    '93.184.215.14',
    '1.1.1.1',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200e',
  ])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })

  it.each([
    ['0.0.0.0', 'this host'],
    ['0.1.2.3', 'this network'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['169.254.169.254', 'metadata of most clouds'],
    ['169.254.170.2', 'metadata of containers'],
    ['100.64.0.1', 'shared'],
    ['100.100.100.200', 'metadata of Alibaba'],
    ['192.0.0.192', 'metadata of Oracle'],
    ['168.63.129.16', 'wire server of Azure'],
    ['192.0.2.1', 'documentation'],
    ['198.18.0.1', 'benchmarks'],
    ['224.0.0.1', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::127.0.0.1', 'IPv4-compatible'],
    ['::ffff:127.0.0.1', 'IPv4-mapped'],
    ['::ffff:7f00:1', 'IPv4-mapped'],
    ['::ffff:93.184.215.14', 'IPv4-mapped, whatever it carries'],
    ['::ffff:0:127.0.0.1', 'IPv4-translated'],
    ['64:ff9b::7f00:1', 'NAT64'],
    ['64:ff9b:1::a00:1', 'local NAT64'],
    ['2002:7f00:1::', '6to4'],
    ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'Teredo'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local with a zone'],
    ['fec0::1', 'site-local'],
    ['fc00::1', 'unique local'],
    ['fd00:ec2::254', 'metadata of AWS'],
    ['fd20:ce::254', 'metadata of Google'],
    ['ff02::1', 'multicast'],
    ['100::1', 'discard'],
    ['2001:db8::1', 'documentation'],
    ['3fff::1', 'documentation'],
    ['5f00::1', 'segment routing'],
    ['4000::1', 'not allocated'],
    ['localhost', 'no address'],
    ['', 'no address'],
  ])('%s is not public: %s', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })

  it('is loopback in every form of it', () => {
    for (const one of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) expect(isLoopbackAddress(one)).toBe(true)
    for (const one of ['10.0.0.1', '0.0.0.0', '::', 'localhost']) expect(isLoopbackAddress(one)).toBe(false)
  })
})

describe('a webhook may not be', () => {
  it.each([
    'http://example.com/hook',
    'ftp://example.com/hook',
    'file:///etc/passwd',
    'https://user:pass@example.com/hook',
    'https://example.com/hook#part',
    'https://localhost/hook',
    'https://metadata/hook',
    'https://127.0.0.1/hook',
    'https://2130706433/hook',
    'https://0x7f000001/hook',
    'https://0177.0.0.1/hook',
    'https://127.1/hook',
    'https://0/hook',
    'https://[::1]/hook',
    'https://[::ffff:169.254.169.254]/hook',
    'https://169.254.169.254/latest/meta-data',
    'https://①②⑦.0.0.1/hook',
    `https://example.com/${'a'.repeat(2_048)}`,
    'not an address',
  ])('%s', async (url) => {
    expect(strict.refusal(url)).toEqual(expect.any(String))
    expect(await strict.send({ url, headers: {}, body: '{}' })).toEqual({
      kind: 'failed',
      reason: 'address_not_allowed',
    })
  })

  it.each(['http://10.0.0.1/', 'https://10.0.0.1/', 'http://example.com/', 'https://169.254.169.254/'])(
    '%s, even where loopback is allowed',
    (url) => {
      expect(sandbox.refusal(url)).toEqual(expect.any(String))
    },
  )
})

it('takes public https addresses, and this machine where that is allowed', () => {
  for (const url of ['https://example.com/hook?a=b', 'https://example.com:8443/', 'https://1.1.1.1/hook'])
    expect(strict.refusal(url)).toBeUndefined()
  for (const url of ['http://127.0.0.1:9000/', 'http://localhost:9000/hook', 'https://[::1]/', 'http://0x7f.1/'])
    expect(sandbox.refusal(url)).toBeUndefined()
})
