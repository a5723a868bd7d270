import { expect, test } from 'vitest'
import { changedPaths, withValue } from './config-paths.ts'

const config = { trading: 'on', chains: { ETH: { confirmations: 12, depositAddresses: ['a'] } }, recheckMultiples: [2] }

test.each([
  ['trading', 'off', [{ path: 'trading', from: 'on', to: 'off' }]],
  ['chains.ETH.confirmations', '20', [{ path: 'chains.ETH.confirmations', from: 12, to: 20 }]],
  ['chains.ETH.depositAddresses', '["b"]', [{ path: 'chains.ETH.depositAddresses', from: ['a'], to: ['b'] }]],
  ['chains.ETH.halted', 'true', [{ path: 'chains.ETH.halted', from: undefined, to: true }]],
  ['trading', 'on', []],
])('%s becomes %s and nothing else changes', (path, text, changes) => {
  expect(changedPaths(config, withValue(config, path, text))).toEqual(changes)
  expect(config.trading).toBe('on')
})

test.each([
  ['chains.DOGE.confirmations', '1'],
  ['chains.ETH.confirmations', 'many'],
  ['constructor.name', 'x'],
  ['__proto__', '{}'],
])('%s = %s is wrong use', (path, text) => {
  expect(() => withValue(config, path, text)).toThrow(expect.objectContaining({ code: 'invalid_settings' }) as Error)
})
