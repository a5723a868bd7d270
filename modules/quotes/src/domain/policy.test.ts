import { describe, expect, test } from 'vitest'
import { type Decision, type Incoming, amountOf, decide } from './policy.ts'

const asked: Incoming = {
  at: 'own',
  token: 'usdt',
  sender: 'unknown',
  amount: 'exact',
  mined: 'in_time',
  quote: 'open',
}

describe('money that came in for a quote', () => {
  const table: [string, Partial<Incoming>, Decision, late: Decision][] = [
    ['exact, from any wallet', {}, 'payment', 'credit'],
    ['exact, from the holder’s wallet', { sender: 'holder' }, 'payment', 'credit'],
    ['short', { amount: 'short' }, 'payment', 'credit'],
    ['too much', { amount: 'excess' }, 'payment', 'credit'],
    ['next to nothing', { amount: 'dust' }, 'credit', 'credit'],
    ['a second payment', { quote: 'paid' }, 'credit', 'credit'],
    ['a second payment that is short', { quote: 'paid', amount: 'short' }, 'credit', 'credit'],
    ['for a quote that was cancelled or has ended', { quote: 'ended' }, 'credit', 'credit'],
    ['another token', { token: 'other' }, 'operator', 'operator'],
    ['from an earlier holder of the address', { sender: 'earlier_holder' }, 'operator', 'operator'],
    ['at a shared address, exact, from the holder', { at: 'shared', sender: 'holder' }, 'payment', 'credit'],
    ['at a shared address, from an unknown sender', { at: 'shared' }, 'operator', 'operator'],
    ['at a shared address, short', { at: 'shared', sender: 'holder', amount: 'short' }, 'operator', 'operator'],
    ['at a shared address, too much', { at: 'shared', sender: 'holder', amount: 'excess' }, 'operator', 'operator'],
    ['at a custodian’s address', { at: 'custody', lease: 'held' }, 'payment', 'credit'],
    ['at a custodian’s address, short', { at: 'custody', lease: 'held', amount: 'short' }, 'payment', 'credit'],
    ['at a custodian’s address, again', { at: 'custody', lease: 'used', quote: 'paid' }, 'operator', 'operator'],
    ['at an address that a custodian gave up', { at: 'custody', lease: 'over' }, 'operator', 'operator'],
    ['at a custodian’s address, paid elsewhere', { at: 'custody', lease: 'held', quote: 'paid' }, 'credit', 'credit'],
    ['at a shared address, again', { at: 'shared', sender: 'holder', quote: 'paid' }, 'credit', 'credit'],
  ]
  test.each(table)('%s: in time %o is %s, and late %s', (_name, incoming, inTime, late) => {
    expect(decide({ ...asked, ...incoming })).toBe(inTime)
    expect(decide({ ...asked, ...incoming, mined: 'late' })).toBe(late)
  })

  test('is dust below a hundredth of what is due', () => {
    expect([1n, 99n, 100n, 9_999n, 10_000n, 10_001n].map((paid) => amountOf(paid, 10_000n))).toEqual([
      'dust',
      'dust',
      'short',
      'short',
      'exact',
      'excess',
    ])
  })
})
