import { describe, expect, test } from 'vitest'
import type { Entry, ReceiptFields } from '../traffic/book.ts'
import { receiptFindings } from './receipts.ts'
import { microOf, tallyOf, usdt } from './tally.ts'

const receipt: ReceiptFields = {
  receiptId: 'rcp.1',
  eventId: 'event-001',
  eventKey: 'key-1',
  owner: 'ann',
  status: 'COMPLETED',
  intent: 'BUY_TREASURY',
  units: '3',
  price: { total: '3.000000', fee: '0.015000', paid: '3.015000' },
  payments: [{ hash: '0x1', amount: '3.703701' }],
  fills: [],
  delivery: { operationId: 'op', fromVault: 'treasury', toVault: 'vault-ann', units: '3' },
}
const entry: Entry = {
  eventId: 'event-001',
  owner: 'ann',
  intent: 'BUY_TREASURY',
  event: { to: 'treasury', amount: 3 },
  payment: { hash: '0x1', micro: 3_703_701n },
  tries: 1,
  acceptedAt: 1,
  promised: 'rcp.1',
  receipt,
}
const failed: Partial<ReceiptFields> = { status: 'FAILED', refusal: { code: 'no', detail: 'no' } }

describe('a receipt', () => {
  test('that follows from its event is believed', () => {
    expect(receiptFindings(entry)).toEqual([])
  })

  test.each<[string, Partial<ReceiptFields>, RegExp]>([
    ['of another event', { eventId: 'event-002' }, /is of the event/],
    ['of another owner', { owner: 'bob' }, /owner/],
    ['under another id than was promised', { receiptId: 'rcp.2' }, /promised/],
    ['of other units than were asked for', { units: '4' }, /units asked for/],
    ['of a delivery elsewhere', { delivery: { ...receipt.delivery!, toVault: 'vault-bob' } }, /delivered to/],
    ['of another price', { price: { total: '3.1', fee: '0.015', paid: '3.115' } }, /total/],
    ['of another fee', { price: { total: '3', fee: '0.016', paid: '3.016' } }, /fee/],
    ['of another payment', { payments: [] }, /payments/],
    ['of a failure without a reason', { status: 'FAILED' }, /without a reason/],
    ['of a failure that was delivered', failed, /failed and was delivered/],
    ['of a dispute that nobody had', { status: 'DISPUTED' }, /disputed/],
  ])('%s is found', (_what, change, finding) => {
    expect(receiptFindings({ ...entry, receipt: { ...receipt, ...change } }).join('\n')).toMatch(finding)
  })
})

describe('the tally', () => {
  test('counts a payment as credit whatever became of the event, and what a completed one cost', () => {
    const { delivery: _none, ...rest } = receipt
    const lost: Entry = { ...entry, eventId: 'event-002', receipt: { ...rest, ...failed } }
    const tally = tallyOf([entry, lost])
    expect([tally.minted, tally.spent, tally.credit.get('ann')]).toEqual([7_407_402n, 3_015_000n, 4_392_402n])
    expect([...tally.units]).toEqual([['vault-ann', 3n]])
    expect(tally.market).toEqual({ treasury: 3_000_000n, fees: 15_000n, pool: 0n })
  })

  test('reads and writes amounts without loss', () => {
    for (const text of ['0.000001', '12.500000', '-3.000007', '900719925474.099123'])
      expect(usdt(microOf(text))).toBe(text)
  })
})
