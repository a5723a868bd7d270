import { expect, test } from 'vitest'
import { changesBetween, isHalt } from './changes.ts'

const before = {
  trading: 'on',
  treasuryPrice: '1',
  chains: { ETH: { enabled: true, halted: false, confirmations: 12, depositAddresses: ['a'] } },
}
const eth = (change: object): object => ({ ...before, chains: { ETH: { ...before.chains.ETH, ...change } } })

test.each([
  ['trading off', { ...before, trading: 'off' }, true],
  ['a chain halted', eth({ halted: true }), true],
  ['a chain disabled', eth({ enabled: false }), true],
  ['nothing', before, true],
  ['a price beside a halt', { ...before, trading: 'off', treasuryPrice: '2' }, false],
  ['fewer confirmations', eth({ confirmations: 1 }), false],
  ['another address beside a halt', eth({ halted: true, depositAddresses: ['b'] }), false],
  ['a field that was not there', { ...before, more: { halted: true } }, false],
])('whether one person may change %s', (_what, after, expected) => {
  expect(isHalt(changesBetween(before, after as typeof before))).toBe(expected)
})

test.each([
  ['trading on', { ...before, trading: 'off' }, before],
  ['a chain resumed', eth({ halted: true }), before],
  ['a chain enabled', eth({ enabled: false }), before],
])('it takes two people to resume: %s', (_what, from, to) => {
  expect(isHalt(changesBetween(from as typeof before, to))).toBe(false)
})
