import { describe, expect, it } from 'vitest'
import { OnliBook } from './book.ts'
import type { OperationWish } from './decide.ts'
import { decide } from './decide.ts'

const now = 1_790_000_000

function book(): OnliBook {
  const made = new OnliBook()
  for (const vault of ['alice', 'bob', 'escrow', 'stalling', 'refusing']) {
    made.apply({ t: 'vault', vault, owner: vault, preAuthorised: vault === 'escrow' })
    made.apply({ t: 'units', vault, delta: '10' })
  }
  made.apply({ t: 'consent', vault: 'stalling', mode: 'stall' })
  made.apply({ t: 'consent', vault: 'refusing', mode: 'refuse' })
  return made
}

function move(change: Partial<OperationWish> = {}): OperationWish {
  return { kind: 'move', key: 'k', from: 'alice', to: 'bob', amount: '3', expiresAt: 0, wellFormed: true, ...change }
}

describe('what the partner does with one item', () => {
  it.each<[string, Partial<OperationWish>, string, string]>([
    ['a move of all there is', { amount: '10' }, 'DONE', ''],
    ['an issue', { kind: 'issue', from: '' }, 'DONE', ''],
    ['more than there is', { amount: '11' }, 'REFUSED', 'insufficient_units'],
    ['a target that does not exist', { to: 'nobody' }, 'REFUSED', 'unknown_vault'],
    ['a source that does not exist', { from: 'nobody' }, 'REFUSED', 'unknown_vault'],
    ['an issue to nobody', { kind: 'issue', from: '', to: 'nobody' }, 'REFUSED', 'unknown_vault'],
    ['nothing', { amount: '0' }, 'REFUSED', 'invalid'],
    ['a fraction', { amount: '1.5' }, 'REFUSED', 'invalid'],
    ['a negative amount', { amount: '-1' }, 'REFUSED', 'invalid'],
    ['a move to itself', { to: 'alice' }, 'REFUSED', 'invalid'],
    ['another malformed field', { wellFormed: false }, 'REFUSED', 'invalid'],
    ['an owner who stalls', { from: 'stalling' }, 'AWAITING_CONSENT', ''],
    ['an owner who refuses', { from: 'refusing' }, 'REFUSED', 'consent_refused'],
    ['a consent that ran out before it was asked', { expiresAt: now }, 'CANCELLED', 'consent_expired'],
    ['a pre-authorised vault, which asks nobody', { from: 'escrow', expiresAt: now }, 'DONE', ''],
  ])('answers %s', (_what, change, status, reason) => {
    const decision = decide(book(), move(change), 'op-1', now)
    expect(decision).toMatchObject({ is: 'new', op: { status, reason, changedAt: status === 'DONE' ? now : 0 } })
  })

  it('asks nobody for a pre-authorised vault even when everybody refuses', () => {
    const made = book()
    made.apply({ t: 'consent', mode: 'refuse' })
    expect(decide(made, move({ from: 'escrow' }), 'op-1', now)).toMatchObject({ op: { status: 'DONE' } })
    expect(decide(made, move(), 'op-1', now)).toMatchObject({ op: { reason: 'consent_refused' } })
  })

  it('answers a repeated key with the first operation and misuses of it with a refusal', () => {
    const made = book()
    const first = decide(made, move(), 'op-1', now)
    if (first.is !== 'new') throw new Error('expected a new operation')
    made.apply({ t: 'op', op: first.op })
    expect(decide(made, move({ expiresAt: now + 60 }), 'op-2', now)).toEqual({ is: 'known', op: first.op })
    expect(decide(made, move({ amount: '4' }), 'op-2', now)).toEqual({ is: 'misused' })
    expect(decide(made, move({ kind: 'issue' }), 'op-2', now)).toEqual({ is: 'misused' })
    expect(decide(made, move({ key: '' }), 'op-2', now)).toEqual({ is: 'misused' })
    made.apply({ t: 'honours', value: false })
    expect(decide(made, move(), 'op-2', now)).toMatchObject({ is: 'new', op: { id: 'op-2' } })
  })
})
