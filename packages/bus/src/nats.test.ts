import { expect, it } from 'vitest'
import { natsAddresses, replicasFor } from './nats.ts'

it.each([
  ['nats://127.0.0.1', 1],
  ['nats://a:1, nats://b:2', 1],
  ['tls://us%40er:p%3Ass@a:1,tls://us%40er:p%3Ass@b:1/,tls://us%40er:p%3Ass@c:1', 3],
  ['nats://token@[::1]:4222', 1],
])('addresses of NATS are read: %s', (url, replicas) => {
  expect(replicasFor(url)).toBe(replicas)
})

it.each([
  ['http://a', 'nats://user:password@host:port'],
  ['a:4222', 'nats://user:password@host:port'],
  ['nats://a,', 'nats://user:password@host:port'],
  ['nats://u:hidden@a:99999', 'nats://user:password@host:port'],
  ['nats://u:hidden@a:1,nats://u:hidden2@b:1', 'those of b:1 are others'],
  ['nats://u:hidden@a:1,nats://b:1', 'those of b:1 are others'],
  ['nats://a:1,nats://u:hidden@b:1', 'those of b:1 are others'],
  ['nats://:hidden@a', 'a user before its password'],
  ['tls://a?tls_first=true', 'takes no parameters; it has tls_first'],
  ['tls://a,tls://b?name=x', 'takes no parameters; it has name'],
  ['nats://u:hidden@a:1/stream', 'that of a:1 goes on'],
  ['nats://u:hidden@a:1#x', 'that of a:1 goes on'],
])('an address of NATS is refused with its reason, and no password in it: %s', (url, reason) => {
  const refused = ((): string => {
    try {
      natsAddresses(url)
      return ''
    } catch (error) {
      return String(error)
    }
  })()
  expect(refused).toContain(reason)
  expect(refused).not.toContain('hidden')
})
