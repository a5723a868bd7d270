import { describe, expect, it } from 'vitest'
import { FaultBoard } from './board.ts'
import { faultSchema } from './fault.ts'

describe('a fault', () => {
  it.each([
    { partner: 'onli', kind: 'latency', ms: 5 },
    { partner: 'onli', kind: 'error', status: 'UNAVAILABLE', operation: 'ChangeOwner', when: 'after', times: 1 },
    { partner: 'onli', kind: 'error', status: 14 },
    { partner: 'moralis', kind: 'error', status: 429 },
    { partner: 'moralis', kind: 'down' },
    { partner: 'moralis', kind: 'wrong', how: 'html', operation: 'latestBlock' },
    { partner: 'tron', kind: 'wrong', how: 'error_body' },
    { partner: 'onli', kind: 'wrong', how: 'balance' },
    { partner: 'onli', kind: 'duplicate', operation: 'Issue' },
  ])('is accepted: %j', (fault) => {
    expect(faultSchema.safeParse(fault).success).toBe(true)
  })

  it.each([
    [{ partner: 'nobody', kind: 'down' }],
    [{ partner: 'onli', kind: 'strange' }],
    [{ partner: 'onli', kind: 'latency' }],
    [{ partner: 'onli', kind: 'latency', ms: 5, unknown: true }],
    [{ partner: 'onli', kind: 'down', operation: 'transaction' }],
    [{ partner: 'onli', kind: 'error', status: 503 }],
    [{ partner: 'moralis', kind: 'error', status: 'UNAVAILABLE' }],
    [{ partner: 'moralis', kind: 'error', status: 200 }],
    [{ partner: 'moralis', kind: 'wrong' }],
    [{ partner: 'moralis', kind: 'wrong', how: 'owner' }],
    [{ partner: 'moralis', kind: 'wrong', how: 'toString' }],
    [{ partner: 'onli', kind: 'wrong', how: 'balance', operation: 'Issue' }],
    [{ partner: 'tron', kind: 'duplicate', operation: 'latestBlock' }],
    [{ partner: 'onli', kind: 'down', times: 0 }],
  ])('is refused: %j', (fault) => {
    expect(faultSchema.safeParse(fault).success).toBe(false)
  })
})

describe('the board', () => {
  const post = (board: FaultBoard, fault: object): unknown => board.post(faultSchema.parse(fault))

  it('spends a fault on as many calls as it was given, and only on calls it applies to', () => {
    const board = new FaultBoard()
    post(board, { partner: 'onli', kind: 'down', operation: 'Issue', times: 2 })
    post(board, { partner: 'onli', kind: 'wrong', how: 'balance', times: 1 })
    expect(board.take('moralis', 'transaction')).toEqual([])
    expect(board.take('onli', 'ChangeOwner')).toEqual([])
    expect(board.take('onli', 'Issue')).toHaveLength(1)
    expect(board.take('onli', 'Issue')).toHaveLength(1)
    expect(board.take('onli', 'Issue')).toEqual([])
    expect(board.take('onli', 'GetBalances')).toHaveLength(1)
    expect(board.list()).toEqual([])
  })

  it('keeps an uncounted fault until it is deleted', () => {
    const board = new FaultBoard()
    post(board, { partner: 'tron', kind: 'down' })
    for (let call = 0; call < 5; call++) expect(board.take('tron', 'events')).toHaveLength(1)
    expect(board.remove()).toBe(1)
    expect(board.take('tron', 'events')).toEqual([])
  })
})
