import type { MoveOutcome, StateBodies } from '@species/contracts'
import { describe, expect, test } from 'vitest'
import { type VerificationOutcome, verificationOf, verify } from './verify.ts'

const delivery = { operationId: 'op-1', kind: 'change_owner', fromVault: 'a', toVault: 'b', units: 5n } as const
const dossier = { delivery } as unknown as StateBodies['delivered']
const done = (more: object = {}): MoveOutcome => ({
  kind: 'yes',
  value: { operationId: 'op-1', fromVault: 'a', toVault: 'b', units: 5n, ownerVault: 'b', ...more },
})
const untilMs = 1_000

describe('the oracle’s word', () => {
  const table: [string, MoveOutcome, number, string][] = [
    ['agrees', done(), 0, 'confirmed'],
    ['names another owner', done({ ownerVault: 'c' }), 0, 'review'],
    ['names another amount', done({ units: 6n }), 0, 'review'],
    ['speaks of another operation', done({ operationId: 'op-2' }), 0, 'review'],
    ['names another receiver', done({ toVault: 'c' }), 0, 'review'],
    ['says it did not happen', { kind: 'no', refusal: { code: 'delivery_refused', detail: 'no' } }, 0, 'review'],
    ['is silent in time', { kind: 'unknown', reason: 'down' }, untilMs, 'waiting'],
    ['is silent for too long', { kind: 'unknown', reason: 'down' }, untilMs + 1, 'review'],
    ['knows nothing yet', { kind: 'not_yet', reason: 'not_found' }, 0, 'waiting'],
    ['knows nothing for too long', { kind: 'not_yet', reason: 'not_found' }, untilMs + 1, 'review'],
  ]
  test.each(table)('%s', (_name, outcome, nowMs, kind) => {
    expect(verify(dossier, outcome, untilMs, nowMs).kind).toBe(kind)
  })
})

describe('what is recorded of the oracle’s word', () => {
  const silent: MoveOutcome = { kind: 'unknown', reason: 'down' }
  const nothing = { oracle: undefined, dossier: undefined, reason: undefined, dueAtMs: undefined }
  const nowMs = untilMs + 1
  const oracle = { operationId: 'op-1', ownerVault: 'b', units: 5n, wordOf: 'partner' } as const
  const waits = { ...nothing, outcome: 'waiting', dossier, reason: 'down' } as const
  const table: [string, MoveOutcome, number, VerificationOutcome][] = [
    ['a yes ends it', done(), 0, { ...nothing, outcome: 'confirmed', oracle, checks: 1 }],
    ['silence after an outage of ours is asked into again', silent, 0, { ...waits, checks: 1, dueAtMs: nowMs + 250 }],
    ['each time later', silent, 2, { ...waits, checks: 3, dueAtMs: nowMs + 1_000 }],
    [
      'until a person is asked',
      silent,
      3,
      { ...nothing, outcome: 'review', dossier, reason: 'the oracle gives no answer: down', checks: 4 },
    ],
  ]
  test.each(table)('%s', (_name, answer, checks, expected) => {
    expect(verificationOf({ dossier, checks, untilMs }, answer, nowMs)).toEqual(expected)
  })
})
