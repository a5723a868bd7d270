import { describe, expect, test } from 'vitest'
import { reasonFindings } from './reviews.ts'

const review = { eventKey: 'key-1', eventId: 'event-001', owner: 'ann', raisedBy: 'asset-manager' }
const operation = { id: 'op', idempotencyKey: 'key-1', amount: '3', from: 'a', to: 'b', status: 'DONE' }
const never = 'the oracle says the delivery did not happen: no'
const unknown = 'whether the units moved stays unknown: Onli Cloud: no answer'

describe('the reason of a review', () => {
  test.each<[string, string, { moved: boolean; disturbed: boolean }, RegExp | undefined]>([
    ['that nothing moved, where nothing did', never, { moved: false, disturbed: false }, undefined],
    ['that nothing moved, where something did', never, { moved: true, disturbed: true }, /but the units moved/],
    ['that nobody knows, where answers were lost', unknown, { moved: true, disturbed: true }, undefined],
    [
      'that nobody knows, where all was well',
      unknown,
      { moved: true, disturbed: false },
      /no partner was made to fail/,
    ],
    ['that there can be no reason for', 'it is late', { moved: false, disturbed: true }, /that cannot be/],
  ])('%s', (_what, reason, { moved, disturbed }, finding) => {
    const partner = { moved: new Map(moved ? [['key-1', [operation]]] : []) }
    const found = reasonFindings({ ...review, reason }, partner, disturbed)
    if (finding) expect(found.join()).toMatch(finding)
    else expect(found).toEqual([])
  })
})
