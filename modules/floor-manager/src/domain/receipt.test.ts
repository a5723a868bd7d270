import { type Dossier, type Intent, type Receipt, type StateBodies, receiptSchema } from '@species/contracts'
import { paymentTransferId } from '@species/kernel'
import { dossierOf } from '@species/testing'
import { describe, expect, it } from 'vitest'
import { type AfterReversal, completedReceipt, failedReceipt, supersedingReceipt } from './receipt.ts'

const key = '01900000-0000-7000-8000-000000000001'
const frame = {
  receiptId: 'rcp_1',
  sandbox: false,
  issuedAt: '2026-01-01T00:00:05.000Z',
  iso: (ms: number) => `at ${ms}`,
}
const titles = () => ({ title: 'Not enough units', retryable: true })

const claim = (logIndex: number, amountMicro: bigint) => ({
  chain: 'ETH' as const,
  hash: `0x${'ab'.repeat(32)}`,
  logIndex,
  payer: 'alice',
  amountMicro,
  fromAddress: '0xfrom',
  toAddress: '0xto',
  blockNumber: 7,
  blockTimeMs: 0,
})
const line = (account: string, asset: 'USDT' | 'SPECIES', amount: bigint, balanceAfter: bigint) => ({
  account,
  asset,
  amount,
  balanceAfter,
})

/** An event of ten units, that cost fifteen USDT and a fee of 0.15 where money moves. */
function settled(intent: Intent, more: Partial<StateBodies['settled']> = {}): StateBodies['settled'] {
  const isPaid = ['BUY_TREASURY', 'BUY_MARKET', 'REDEEM'].includes(intent)
  const to = { BUY_TREASURY: 'treasury', BUY_MARKET: 'market', REDEEM: 'liquidity_pool', TRANSFER: 'bob' }
  return {
    ...dossierOf(key, { from: 'alice', ...(intent in to ? { to: to[intent as keyof typeof to] } : {}), amount: '10' }),
    times: { accepted: 1, settled: 2 },
    intent,
    payment: { source: 'none', claims: [] },
    match: { units: 10n, totalMicro: isPaid ? 15_000_000n : 0n, fills: [] },
    funding: { lines: [], feeMicro: isPaid ? 150_000n : 0n, feePerFillMicro: [], paymentTransferIds: [] },
    delivery: { operationId: 'op-1', kind: 'change_owner', fromVault: 'v-from', toVault: 'v-to', units: 10n },
    oracle: { operationId: 'op-1', ownerVault: 'v-to', units: 10n, wordOf: 'partner' },
    settlement: {
      transferId: `settlement:${key}`,
      lines: [
        line('user:alice', 'SPECIES', 10n, 110n),
        line('user:alice', 'USDT', -15_150_000n, 4_850_000n),
        line('user:bob', 'SPECIES', 10n, 10n),
        line('payable:alice', 'USDT', 14_850_000n, 14_850_000n),
        line('payable:carol', 'USDT', 6_000_000n, 6_000_000n),
        line('payable:carol', 'USDT', 9_000_000n, 15_000_000n),
      ],
    },
    ...more,
  }
}

const aliceUnits = { species: { start: '100', end: '110' } }
const aliceUsdt = { usdt: { start: '20.000000', end: '4.850000' } }
const price = { total: '15.000000', fee: '0.150000' }

describe('the receipt of a settled event', () => {
  const fills = [
    { listingId: 'lst_1', seller: 'carol', units: 4n, unitPriceMicro: 1_500_000n, totalMicro: 6_000_000n },
    { listingId: 'lst_2', seller: 'carol', units: 6n, unitPriceMicro: 1_500_000n, totalMicro: 9_000_000n },
  ]
  const bought = settled('BUY_MARKET', {
    match: { units: 10n, totalMicro: 15_000_000n, fills },
    funding: { lines: [], feeMicro: 150_000n, feePerFillMicro: [60_000n, 90_000n], paymentTransferIds: [] },
  })
  const table: [StateBodies['settled'], parties: Receipt['parties'], price: Receipt['price']][] = [
    [
      settled('BUY_TREASURY'),
      [{ onliId: 'alice', role: 'buyer', ...aliceUnits, ...aliceUsdt }],
      { ...price, paid: '15.150000' },
    ],
    [
      bought,
      [
        { onliId: 'alice', role: 'buyer', ...aliceUnits, ...aliceUsdt },
        { onliId: 'carol', role: 'seller', usdt: { start: '0.000000', end: '15.000000' } },
      ],
      { ...price, paid: '15.150000' },
    ],
    [settled('SELL_MARKET'), [{ onliId: 'alice', role: 'seller', ...aliceUnits }], undefined],
    [settled('DELIST'), [{ onliId: 'alice', role: 'owner', ...aliceUnits }], undefined],
    [
      settled('TRANSFER'),
      [
        { onliId: 'alice', role: 'sender', ...aliceUnits },
        { onliId: 'bob', role: 'receiver', species: { start: '0', end: '10' } },
      ],
      undefined,
    ],
    [
      settled('REDEEM'),
      [{ onliId: 'alice', role: 'redeemer', ...aliceUnits, usdt: { start: '0.000000', end: '14.850000' } }],
      { ...price, paid: '15.000000' },
    ],
  ]
  it.each(table)(
    'of $intent names the parties, what they had before and after, and the price',
    (dossier, parties, cost) => {
      const receipt = completedReceipt(dossier, frame)
      expect([receipt.parties, receipt.price]).toEqual([parties, cost])
      expect(receipt).toMatchObject({ status: 'COMPLETED', state: 'completed', intent: dossier.intent, units: '10' })
      expect(receiptSchema.parse(receipt)).toEqual(receipt)
    },
  )

  it('lists each fill with its fee', () => {
    expect(completedReceipt(bought, frame).fills).toEqual([
      { listingId: 'lst_1', seller: 'carol', units: '4', unitPrice: '1.500000', total: '6.000000', fee: '0.060000' },
      { listingId: 'lst_2', seller: 'carol', units: '6', unitPrice: '1.500000', total: '9.000000', fee: '0.090000' },
    ])
  })

  it('names only payments that paid for it, and the ledger transfers of those and of the settlement', () => {
    const [paid, vanished] = [claim(3, 15_150_000n), claim(4, 1n)]
    const receipt = completedReceipt(
      settled('BUY_TREASURY', {
        payment: { source: 'chain', claims: [paid, vanished] },
        funding: { lines: [], feeMicro: 0n, feePerFillMicro: [], paymentTransferIds: [paymentTransferId(paid)] },
      }),
      frame,
    )
    expect(receipt.payments).toEqual([
      { chain: 'ETH', hash: paid.hash, logIndex: 3, amount: '15.150000', fromAddress: '0xfrom' },
    ])
    expect(receipt.ledgerTransferIds).toEqual([paymentTransferId(paid), `settlement:${key}`])
  })

  it('says whose word the confirmation is, when each state was reached, and whether a partner was a sandbox', () => {
    const oracle = { operationId: 'op-1', ownerVault: 'v-to', units: 10n, wordOf: 'operator', reason: 'seen' } as const
    const receipt = completedReceipt(settled('TRANSFER', { oracle }), { ...frame, sandbox: true })
    expect(receipt.oracle).toEqual({ ...oracle, units: '10' })
    expect(receipt.times).toEqual({ accepted: 'at 1', settled: 'at 2' })
    expect([receipt.sandbox, receipt.receiptId, receipt.issuedAt]).toEqual([true, frame.receiptId, frame.issuedAt])
  })
})

function returned(more: Partial<Dossier> = {}): StateBodies['returned'] {
  return {
    ...dossierOf(key, { from: 'alice', to: 'bob', amount: '10' }),
    refusal: { code: 'insufficient_units', detail: '3 are free', by: 'cashier' },
    release: { heldBefore: false, paymentTransferIds: [], creditedMicro: 0n },
    ...more,
  } as StateBodies['returned']
}

describe('the receipt of a refused event', () => {
  it('says that nothing moved, why, and whether to try again', () => {
    const receipt = failedReceipt(returned({ intent: 'TRANSFER' }), frame, titles)
    expect(receipt).toMatchObject({ status: 'FAILED', state: 'failed', intent: 'TRANSFER', units: '10', fills: [] })
    expect(receipt.parties).toEqual([{ onliId: 'alice', role: 'owner' }])
    expect(receipt.refusal).toEqual({
      code: 'insufficient_units',
      title: 'Not enough units',
      retryable: true,
      detail: '3 are free',
      by: 'cashier',
    })
    expect(receiptSchema.parse(receipt)).toEqual(receipt)
  })

  const paid = claim(3, 5_000_000n)
  const credited = { heldBefore: true, paymentTransferIds: [paymentTransferId(paid)], creditedMicro: 5_000_000n }
  const nothing = { heldBefore: false, paymentTransferIds: [], creditedMicro: 0n }
  it.each([
    ['whose payment is kept as credit', credited, '5.000000', 1],
    ['whose payment vanished on the way back', nothing, undefined, 0],
  ])('%s says what is left', (_, release, left, payments) => {
    const receipt = failedReceipt(returned({ payment: { source: 'chain', claims: [paid] }, release }), frame, titles)
    expect([receipt.credited, receipt.payments.length]).toEqual([left, payments])
    expect(receipt.ledgerTransferIds).toEqual(release.paymentTransferIds)
  })

  it('of a lapsed listing that has no amount says neither an intent nor units', () => {
    const event = { eventId: 'e', from: 'alice', delist: 'lst_1', lapsed: true as const }
    const receipt = failedReceipt(returned({ event }), frame, titles)
    expect([receipt.lapsed, receipt.intent, receipt.units]).toEqual([true, undefined, undefined])
  })
})

describe('the receipt of an event that an agent sent', () => {
  const agent = `agt_${'0'.repeat(32)}`
  it('names the agent and the mandate that allowed it, or that refused it', () => {
    const funding = { lines: [], feeMicro: 0n, feePerFillMicro: [], paymentTransferIds: [], mandateVersion: 3 }
    const done = completedReceipt(settled('TRANSFER', { limits: { agent }, funding }), frame)
    expect(done.agent).toEqual({ agentId: agent, mandateVersion: 3 })
    const refusal = { code: 'outside_mandate' as const, detail: 'no', by: 'cashier' as const, mandateVersion: 4 }
    expect(failedReceipt(returned({ limits: { agent }, refusal }), frame, titles).agent).toEqual({
      agentId: agent,
      mandateVersion: 4,
    })
    expect(receiptSchema.parse(done)).toEqual(done)
  })

  it('names no mandate where none was looked at', () => {
    expect(failedReceipt(returned({ limits: { agent } }), frame, titles).agent).toEqual({ agentId: agent })
    expect(failedReceipt(returned({ limits: { unitsPerTrade: 1n } }), frame, titles)).not.toHaveProperty('agent')
  })
})

describe('the receipt that supersedes another when a payment has vanished', () => {
  const paid = claim(3, 5_000_000n)
  const id = paymentTransferId(paid)
  const chain = { source: 'chain' as const, claims: [paid] }
  const completed = completedReceipt(
    settled('BUY_TREASURY', {
      payment: chain,
      funding: { lines: [], feeMicro: 0n, feePerFillMicro: [], paymentTransferIds: [id] },
    }),
    frame,
  )
  const failed = failedReceipt(
    returned({ payment: chain, release: { heldBefore: true, paymentTransferIds: [id], creditedMicro: 5_000_000n } }),
    frame,
    titles,
  )
  const next = { ...frame, receiptId: 'rcp_1.2', issuedAt: '2026-01-02T00:00:00.000Z' }
  const named = { receiptId: next.receiptId, issuedAt: next.issuedAt, supersedes: 'rcp_1' }
  const reversed: AfterReversal = { creditedMicro: 0n, reversedIds: [id] }
  const untouched: AfterReversal = { creditedMicro: 5_000_000n, reversedIds: [] }
  const { credited: _, ...withoutCredit } = failed

  const table: [what: string, before: Receipt, after: AfterReversal, expected: Receipt | undefined][] = [
    [
      'a trade it paid for is disputed, and names it still',
      completed,
      reversed,
      { ...completed, ...named, status: 'DISPUTED', state: 'disputed' },
    ],
    ['a trade whose payments stand stays as it is', completed, untouched, undefined],
    ['what is disputed is not disputed again', { ...completed, state: 'disputed' }, reversed, undefined],
    [
      'a failure has no credit and names the payment no more',
      failed,
      reversed,
      { ...withoutCredit, ...named, payments: [], ledgerTransferIds: [] },
    ],
    ['a failure whose credit stands stays as it is', failed, untouched, undefined],
    [
      'a failure whose credit paid a debt has less, and names the payment still',
      failed,
      { creditedMicro: 2_000_000n, reversedIds: [] },
      { ...failed, ...named, credited: '2.000000' },
    ],
    [
      'a later life of the payment is named as long as its booking stands',
      { ...failed, ledgerTransferIds: [`${id}:1`] },
      { creditedMicro: 1_000_000n, reversedIds: [] },
      { ...failed, ...named, ledgerTransferIds: [`${id}:1`], credited: '1.000000' },
    ],
  ]
  it.each(table)('%s', (_, before, after, expected) => {
    expect(supersedingReceipt(before, after, next)).toEqual(expected)
  })
})
