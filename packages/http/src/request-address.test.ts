import { expect, it } from 'vitest'
import { isOwnHost, splitAddress } from './request-address.ts'

it.each([
  ['/a/../b?', '', '/a/../b?'],
  ['/a?q=\'"{}^', '', '/a?q=\'"{}^'],
  ['http://market.test/a?b=/c?d', 'http://market.test', '/a?b=/c?d'],
  ['HTTPS://Market.test:8443', 'HTTPS://Market.test:8443', '/'],
  ['http://market.test?x', 'http://market.test', '/?x'],
  ['/a#b', '', '/a'],
])('%s is split before its target', (address, origin, target) => {
  expect(splitAddress(address)).toEqual({ origin, target })
})

it.each([
  ['localhost:8080', true],
  ['LOCALHOST', true],
  ['127.0.0.1:1', true],
  ['[::1]:8080', true],
  ['10.0.0.5:8080', true],
  ['[2001:db8::5]', true],
  ['market.internal:80', true],
  ['127.evil.example', false],
  ['localhost.evil.example', false],
  ['evil.example', false],
  ['10.0.0.6', false],
  ['', false],
])('%s names this machine: %s', (host, isOwn) => {
  expect(isOwnHost(host, ['::ffff:10.0.0.5', '2001:db8::5', 'Market.internal', undefined])).toBe(isOwn)
})
