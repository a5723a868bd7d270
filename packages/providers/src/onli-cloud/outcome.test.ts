import { create } from '@bufbuild/protobuf'
import { type MoveRequest, type OperationRef, onliProto } from '@species/contracts'
import { describe, expect, test } from 'vitest'
import { outcomeOf } from './outcome.ts'

const { OperationStatus: status } = onliProto
type Fields = Partial<Omit<onliProto.Operation, '$typeName' | '$unknown'>>

const move: MoveRequest = {
  kind: 'change_owner',
  key: 'k',
  fromVault: 'a',
  toVault: 'b',
  units: 5n,
  consentUntilMs: 1_000,
}
const issue: MoveRequest = { kind: 'issue', key: 'k', toVault: 'b', units: 5n }
const byId: OperationRef = { key: 'k', operationId: 'op-1' }

const answer = (more: Fields = {}): onliProto.Operation =>
  create(onliProto.OperationSchema, {
    operationId: 'op-1',
    idempotencyKey: 'k',
    status: status.DONE,
    fromVault: 'a',
    toVault: 'b',
    amount: '5',
    ownerVault: 'b',
    ...more,
  })

describe('what an answer of Onli Cloud means', () => {
  const rows: readonly [string, MoveRequest | OperationRef, Fields, string][] = [
    ['done as asked', move, {}, 'yes'],
    ['issued as asked, whatever the source is called', issue, { fromVault: '' }, 'yes'],
    ['done, asked for by its id', byId, {}, 'yes'],
    ['consent is awaited', move, { status: status.AWAITING_CONSENT }, 'not_yet awaiting_consent'],
    ['not known', byId, { status: status.NOT_FOUND, operationId: '' }, 'not_yet not_found'],
    ['refused by the owner', move, { status: status.REFUSED, reason: 'consent_refused' }, 'no consent_refused'],
    [
      'refused, the consent came too late',
      move,
      { status: status.REFUSED, reason: 'consent_expired' },
      'no consent_expired',
    ],
    [
      'refused for want of units',
      move,
      { status: status.REFUSED, reason: 'insufficient_units' },
      'no delivery_refused',
    ],
    ['refused for a reason of tomorrow', move, { status: status.REFUSED, reason: 'new' }, 'no delivery_refused'],
    ['withdrawn', byId, { status: status.CANCELLED }, 'no consent_expired'],
    ['no status', move, { status: status.UNSPECIFIED }, 'unknown'],
    ['the key of another item', move, { idempotencyKey: 'other' }, 'unknown'],
    ['another operation than the one that was named', byId, { operationId: 'op-2' }, 'unknown'],
    ['a no about another operation', byId, { operationId: 'op-2', status: status.REFUSED }, 'unknown'],
    ['done with fewer units', move, { amount: '4' }, 'unknown'],
    ['done with no number of units', byId, { amount: 'five' }, 'unknown'],
    ['done to another user', move, { toVault: 'c' }, 'unknown'],
    ['done from another user', move, { fromVault: 'c' }, 'unknown'],
    ['issued to another user', issue, { toVault: 'c' }, 'unknown'],
    ['done without an operation', move, { operationId: '' }, 'unknown'],
  ]
  test.each(rows)('%s', (_name, item, fields, means) => {
    const outcome = outcomeOf(item, answer(fields))

    const word = outcome.kind === 'not_yet' ? outcome.reason : outcome.kind === 'no' ? outcome.refusal.code : ''
    expect(`${outcome.kind} ${word}`.trim()).toBe(means)
  })

  test('a status of tomorrow is unknown', () => {
    expect(outcomeOf(move, Object.assign(answer(), { status: 99 })).kind).toBe('unknown')
  })

  test('an item that was left out is unknown', () => {
    expect(outcomeOf(move, undefined).kind).toBe('unknown')
  })

  test('the operation is named although it is not done', () => {
    expect(outcomeOf(move, answer({ status: status.AWAITING_CONSENT })).operationId).toBe('op-1')
  })
})
