import type { MoveOutcome, MoveRequest } from '@species/contracts'
import { describe, expect, it } from 'vitest'
import { operationOf } from '../test-world.ts'
import { type OpenDelivery, judge, nextQuestion } from './judge.ts'

const until = 1_000_000
const consentUntil = 3_000_000
const patience = 60_000
const change: MoveRequest = {
  kind: 'change_owner',
  key: 'k',
  fromVault: 'a',
  toVault: 'b',
  units: 5n,
  consentUntilMs: consentUntil,
}
const issue: MoveRequest = { kind: 'issue', key: 'k', toVault: 'b', units: 5n }
const asked = { operationId: undefined, checks: 9, sent: true }
const attempted: OpenDelivery = { ...asked, request: change, waiting: false, untilMs: until }
const waiting: OpenDelivery = { ...asked, request: change, waiting: true, operationId: 'op-1', untilMs: consentUntil }
const issued: OpenDelivery = { ...asked, request: issue, waiting: false, untilMs: until }
const fresh: OpenDelivery = { ...attempted, checks: 0 }

const operation = operationOf(change, 'op-1')
const yes = (value = operation): MoveOutcome => ({ kind: 'yes', value })
const no: MoveOutcome = { kind: 'no', refusal: { code: 'delivery_refused', detail: 'no' } }
const awaiting: MoveOutcome = { kind: 'not_yet', reason: 'awaiting_consent', operationId: 'op-1' }
const notFound: MoveOutcome = { kind: 'not_yet', reason: 'not_found' }
const unknown: MoveOutcome = { kind: 'unknown', reason: 'time-out' }
const notAsked: MoveOutcome = { ...unknown, notAsked: true }

const rows: readonly [string, OpenDelivery, MoveOutcome, number, string][] = [
  ['yes, as asked', attempted, yes(), 0, 'delivered'],
  ['yes, although it is late', attempted, yes(), until + patience * 9, 'delivered'],
  ['yes while consent was awaited', waiting, yes(), 0, 'delivered'],
  ['yes to an issue, whatever the source is called', issued, yes({ ...operation, fromVault: '' }), 0, 'delivered'],
  ['yes with fewer units', attempted, yes({ ...operation, units: 4n }), 0, 'review'],
  ['yes with more units', attempted, yes({ ...operation, units: 6n }), 0, 'review'],
  ['yes to another receiver', attempted, yes({ ...operation, toVault: 'c' }), 0, 'review'],
  ['yes from another sender', attempted, yes({ ...operation, fromVault: 'c' }), 0, 'review'],
  ['a definite no', attempted, no, 0, 'cancelled'],
  ['a definite no to a waiting move', waiting, no, consentUntil + 1, 'cancelled'],
  ['consent is awaited', attempted, awaiting, 0, 'waiting'],
  ['consent is still awaited', waiting, awaiting, consentUntil, 'waiting'],
  [
    'consent is awaited though we first hear of it long after the attempt',
    attempted,
    awaiting,
    until + patience + 1,
    'waiting',
  ],
  ['consent has expired, the partner has time to end it', waiting, awaiting, consentUntil + patience, 'waiting'],
  ['consent has expired and the partner does not end it', waiting, awaiting, consentUntil + patience + 1, 'review'],
  ['unknown', attempted, unknown, until, 'open'],
  ['unknown past its time', attempted, unknown, until + 1, 'review'],
  ['unknown while waiting, up to its patience', waiting, unknown, consentUntil + patience, 'open'],
  ['unknown while waiting, beyond', waiting, unknown, consentUntil + patience + 1, 'review'],
  ['the first unknown, though past its time', fresh, unknown, until + 1, 'open'],
  ['the third, past its time', { ...fresh, checks: 2 }, unknown, until + 1, 'open'],
  ['the fourth', { ...fresh, checks: 3 }, unknown, until + 1, 'review'],
  ['nobody was asked, long past its time', attempted, notAsked, until + 3_600_000, 'open'],
  ['nobody could be asked for too long', attempted, notAsked, until + 3_600_001, 'review'],
  ['not found is not a no', attempted, notFound, until, 'open'],
  ['not found past its time', attempted, notFound, until + 1, 'review'],
]

describe('what becomes of an open delivery', () => {
  it.each(rows)('%s', (_name, open, outcome, nowMs, kind) => {
    expect(judge(open, outcome, nowMs).kind).toBe(kind)
  })

  it('never cancels on anything but a no', () => {
    for (const outcome of [yes(), awaiting, notFound, unknown]) {
      for (const open of [attempted, waiting, issued]) {
        for (const nowMs of [0, until + 1, consentUntil + 1, Number.MAX_SAFE_INTEGER])
          expect(judge(open, outcome, nowMs).kind).not.toBe('cancelled')
      }
    }
  })
})

describe('what is asked next', () => {
  const cases: readonly [string, OpenDelivery, boolean, number, string][] = [
    ['an attempt, keys honoured: the same key again', attempted, true, 0, 'move'],
    ['an attempt, keys not honoured: only asked for', attempted, false, 0, 'verify'],
    ['an attempt past its time, keys not honoured', attempted, false, until + 1, 'verify'],
    ['never sent, keys not honoured: sent, once', { ...attempted, sent: false }, false, 0, 'move'],
    ['consent awaited', waiting, true, consentUntil, 'verify'],
    ['consent awaited, keys not honoured', waiting, false, consentUntil, 'verify'],
    ['consent expired', waiting, true, consentUntil + 1, 'cancel'],
    ['consent expired, keys not honoured', waiting, false, consentUntil + 1, 'cancel'],
  ]
  it.each(cases)('%s: %s', (_name, open, honours, nowMs, question) => {
    expect(nextQuestion(open, honours, nowMs)).toBe(question)
  })
})
