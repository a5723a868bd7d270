import type { FoundTransfer, LedgerTransfer, PayoutStanding } from '@species/contracts'
import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { reconciliationModule } from '../index.ts'
import { type World, createWorld, customer, deposit, hashOf, minuteMs, payoutWallet, stranger } from '../test-world.ts'
import { createOutflowTurn } from './run.ts'

let database: Database
let world: World

beforeAll(async () => {
  database = await pgliteWith(reconciliationModule)
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.script(
    'TRUNCATE reconciliation.differences, reconciliation.runs, reconciliation.progress, reconciliation.wallets, reconciliation.listed, reconciliation.outflows',
  )
  world = createWorld(database)
  world.paid(1, 100_000_000n)
  expect(await world.reconcile()).toMatchObject({ agrees: true, differences: [] })
})

/** The one difference that a run shows. */
async function found(): Promise<{
  differenceId: string
  class: string
  subject: string
  cause: string
  amount?: string
}> {
  const { differences, agrees } = await world.reconcile()
  expect([agrees, differences.length]).toEqual([false, 1])
  return differences[0] ?? { differenceId: '', class: '', subject: '', cause: '' }
}
const close = (differenceId: string, body: object): Promise<{ status: number; body: Record<string, unknown> }> =>
  world.ask('POST', `/admin/v1/differences/${differenceId}/close`, { reason: 'ticket 1234', ...body })
const closedAs = async (differenceId: string): Promise<unknown> =>
  (await world.ask('GET', `/admin/v1/differences/${differenceId}`)).body['resolution']

describe('money that leaves a wallet of ours', () => {
  const payout = (more: Partial<PayoutStanding> = {}): PayoutStanding => ({
    payoutId: 'pay_1',
    owner: 'ann',
    chain: 'ETH',
    address: stranger,
    amountMicro: 7_000_000n,
    state: 'sent',
    approvedAtMs: 0,
    ...more,
  })
  const leaves = (n: number, from = deposit): void => {
    world.chain.move(n, { from, to: stranger, micro: 7_000_000n })
  }

  it('without a payout is found within one run, halts payouts once, and the ledger tells it once two people have booked it', async () => {
    leaves(2)
    const { differenceId, ...one } = await found()
    expect(one).toMatchObject({ class: 'unexplained_outflow', amount: '-7.000000', owner: 'treasurer' })
    expect(one.cause).toContain('without a payout')
    expect(world.halts).toMatchObject([{ cause: `outflow:${one.subject}`, by: 'reconciliation' }])
    // The balance on chain is explained by it: there is one difference and not two.
    await found()
    expect(world.halts).toHaveLength(1)
    expect(await close(differenceId, { as: 'explained' })).toMatchObject({ status: 400 })
    expect(await close(differenceId, { as: 'fees' })).toMatchObject({ status: 400 })
    expect(await close(differenceId, { as: 'receivable', onliId: 'zoe' })).toMatchObject({ status: 404 })
    expect(await close(differenceId, { as: 'receivable', onliId: 'ann' })).toMatchObject({ status: 200 })
    expect(world.posted).toEqual([
      {
        transferId: `reconciliation:${differenceId}`,
        kind: 'cost',
        lines: [
          { account: 'world:ETH', amountMicro: 7_000_000n },
          { account: 'receivable:ann', amountMicro: -7_000_000n },
        ],
      },
    ])
    expect(await close(differenceId, { as: 'costs' })).toMatchObject({ status: 400 })
    // It is claimed for what was booked, so that the same transfer proves no payout.
    const name = `ETH ${hashOf(2)} ${deposit} ${stranger} 7000000 0`
    expect(world.holders.get(name)).toEqual({ kind: 'refund', ref: differenceId })
    expect(await world.reconcile()).toMatchObject({ agrees: true })
  })

  it('is found by the job of its own, and by one process at a time', async () => {
    leaves(2)
    const turn = createOutflowTurn(world.deps)
    await Promise.all([turn(), turn()])
    expect(world.halts).toHaveLength(1)
    const metric = await world.deps.metrics.differences.get()
    expect(metric.values.find(({ labels }) => labels.class === 'unexplained_outflow')?.value).toBe(1)
  })

  it('for a payout under way is not judged before its proof, and is explained by it', async () => {
    world.payouts.push(payout())
    leaves(2, payoutWallet)
    world.chain.move(3, { from: deposit, to: payoutWallet, micro: 7_000_000n })
    expect(await world.reconcile()).toMatchObject({ agrees: true })
    world.holders.set(`ETH ${hashOf(2)} ${payoutWallet} ${stranger} 7000000 0`, { kind: 'payout', ref: 'pay_1' })
    world.balances.set('world:ETH USDT', -93_000_000n)
    expect(await world.reconcile()).toMatchObject({ agrees: true })
    expect(world.halts).toEqual([])
  })

  it('a second time for one payout is unexplained, whether or not the first is proven', async () => {
    world.payouts.push(payout())
    leaves(2)
    leaves(3)
    expect((await found()).cause).toContain('pay_1 was sent a second time')
    expect(world.halts).toHaveLength(1)
  })

  it.each([
    ['given up', payout({ state: 'failed' }), 'was given up'],
    ['approved later', payout({ approvedAtMs: Number.MAX_SAFE_INTEGER }), 'by hand'],
    ['of another amount', payout({ amountMicro: 7_000_001n }), 'by hand'],
  ])('is not explained by a payout that was %s', async (_name, one, cause) => {
    world.payouts.push(one)
    leaves(2)
    expect((await found()).cause).toContain(cause)
  })

  it('to a wallet of ours is a move between two of ours; a failed transaction and another token move nothing', async () => {
    world.chain.move(2, { from: deposit, to: payoutWallet, micro: 5n })
    world.chain.move(3, { from: deposit, to: stranger, micro: 5n, fails: true })
    world.chain.move(4, { from: deposit, to: stranger, micro: 5n, token: stranger })
    expect(await world.reconcile()).toMatchObject({ agrees: true })
    expect(world.halts).toEqual([])
  })

  it('that a list lacks for a while is found when the list has it', async () => {
    leaves(2)
    world.chain.omitted.add(hashOf(2))
    // The balance tells at once.
    expect(await found()).toMatchObject({ class: 'chain_balance', amount: '-7.000000' })
    world.chain.omitted.clear()
    expect(await found()).toMatchObject({ class: 'unexplained_outflow' })
  })

  it('explained after all by its hash is closed by itself, and nothing is booked', async () => {
    leaves(2)
    const { differenceId } = await found()
    world.holders.set(`ETH ${hashOf(2)} ${deposit} ${stranger} 7000000 0`, { kind: 'payout', ref: 'pay_1' })
    world.balances.set('world:ETH USDT', -93_000_000n)
    expect(await close(differenceId, { as: 'costs' })).toMatchObject({ status: 400 })
    expect(await world.reconcile()).toMatchObject({ agrees: true })
    expect([await closedAs(differenceId), world.posted]).toEqual(['gone', []])
  })
})

describe('what wallets hold', () => {
  it('before the marketplace is an opening balance that two people book, once', async () => {
    world.chain.move(2, { from: customer, to: payoutWallet, micro: 50_000_000n })
    const { differenceId, ...one } = await found()
    expect(one).toMatchObject({ class: 'chain_balance', subject: 'world:ETH', amount: '50.000000' })
    expect(await close(differenceId, { as: 'loss' })).toMatchObject({ status: 400 })
    expect(await close(differenceId, { as: 'treasury' })).toMatchObject({ status: 200 })
    expect(world.balances.get('treasury USDT')).toBe(50_000_000n)
    expect(await world.reconcile()).toMatchObject({ agrees: true })
  })

  it('that is explained stays so for the same amount, and another amount is a new difference', async () => {
    world.chain.move(2, { from: customer, to: deposit, micro: 3n })
    const { differenceId } = await found()
    expect(await close(differenceId, { as: 'explained' })).toMatchObject({ status: 200 })
    expect(await world.reconcile()).toMatchObject({ agrees: true })
    world.chain.move(3, { from: customer, to: deposit, micro: 2n })
    expect(await found()).toMatchObject({ amount: '0.000005' })
  })

  it('agrees while payments are on their way into the ledger', async () => {
    world.chain.move(2, { from: customer, to: deposit, micro: 9n })
    const seen = { ...transferOf(2, 9n), status: 'final' as const, foundAtMs: 0 }
    world.undecided.push(seen)
    expect(await world.reconcile()).toMatchObject({ agrees: true })
    world.holders.set(`ETH ${hashOf(2)} ${customer} ${deposit} 9 0`, {
      kind: 'event',
      ref: 'e',
      eventKey: 'e',
      payer: 'ann',
    })
    world.uncredited.push({ ...seen, eventKey: 'e', fromSuspense: false })
    expect(await world.reconcile()).toMatchObject({ agrees: true })
    world.uncredited.pop()
    world.balances.set('world:ETH USDT', -100_000_009n)
    expect(await world.reconcile()).toMatchObject({ agrees: true })
  })

  it('is said not to be compared where the chain does not tell it, and what differs stays open', async () => {
    world.chain.move(2, { from: customer, to: deposit, micro: 3n })
    const { differenceId } = await found()
    world.chain.isSilent = true
    const { agrees, differences, sections } = await world.reconcile()
    expect([agrees, differences.map((one) => one.differenceId)]).toEqual([false, [differenceId]])
    expect(sections.find(({ name }) => name === 'chains')?.notCompared).toHaveLength(1)
  })
})

function transferOf(n: number, micro: bigint): Omit<FoundTransfer, 'status' | 'foundAtMs'> {
  const block = world.chain.mined.find(({ hash }) => hash === hashOf(n))?.block ?? 0
  return {
    chain: 'ETH',
    hash: hashOf(n),
    fromAddress: customer,
    toAddress: deposit,
    rawValue: micro,
    nth: 0,
    logIndex: 0,
    amountMicro: micro,
    blockNumber: block,
    blockTimeMs: block * 12_000,
  }
}

describe('the ledger', () => {
  it('against a user’s vault: what moved outside is handed to the cashier, and is over when it is booked', async () => {
    world.vaults.set('vault-ann', 5n)
    expect(await found()).toMatchObject({ class: 'user_vault', amount: '5' })
    expect(world.published.map(({ topic }) => topic)).toEqual(['vault.observed'])
    world.balances.set('user:ann SPECIES', 5n)
    expect(await world.reconcile()).toMatchObject({ agrees: true })
  })

  it('against a vault of the market: a person must look, and it is over when the vault is right', async () => {
    world.vaults.set('vault-pool', 5n)
    const { differenceId, ...one } = await found()
    expect(one).toMatchObject({ class: 'market_vault', amount: '5', owner: 'treasurer' })
    expect(world.published).toEqual([])
    expect(await close(differenceId, { as: 'explained' })).toMatchObject({ status: 400 })
    world.vaults.set('vault-pool', 0n)
    expect(await world.reconcile()).toMatchObject({ agrees: true })
    expect(await closedAs(differenceId)).toBe('gone')
  })

  it('against the deposits in suspense', async () => {
    const seen = { ...transferOf(1, 100_000_000n), status: 'final' as const, foundAtMs: 0 }
    world.suspended.push(seen)
    world.holders.set(`ETH ${hashOf(1)} ${customer} ${deposit} 100000000 0`, { kind: 'suspense', ref: 'b' })
    expect(await found()).toMatchObject({ class: 'suspense_balance', amount: '100.000000' })
    world.balances.set('suspense:ETH USDT', 100_000_000n)
    expect(await world.reconcile()).toMatchObject({ agrees: true })
  })

  it('against claims: a payment that is claimed and not booked', async () => {
    world.claims.push({ transferId: 'payment:ETH:0xab:1', amountMicro: 7n, bookedMicro: 0n })
    expect(await found()).toMatchObject({ class: 'payment_differs', subject: 'payment:ETH:0xab:1' })
    world.claims[0] = { transferId: 'payment:ETH:0xab:1', amountMicro: 7n, bookedMicro: 7n }
    expect(await world.reconcile()).toMatchObject({ agrees: true })
  })
})

const eventKey = '01900000-0000-7000-8000-000000000001'
const settlement = (): LedgerTransfer => ({
  transferId: 'settle:1',
  eventKey,
  kind: 'settlement',
  atMs: world.clock.now(),
  entries: [
    { seq: 1n, account: 'user:ann', asset: 'USDT', amount: -11n },
    { seq: 2n, account: 'fees', asset: 'USDT', amount: 1n },
    { seq: 3n, account: 'treasury', asset: 'USDT', amount: 10n },
    { seq: 4n, account: 'treasury', asset: 'SPECIES', amount: -2n },
    { seq: 5n, account: 'user:ann', asset: 'SPECIES', amount: 2n },
  ],
})
const receipt = {
  receiptId: 'rcp.1',
  eventKey,
  owner: 'ann',
  issuedAtMs: 1,
  ledgerTransferIds: ['settle:1'],
  changes: [
    { onliId: 'ann', asset: 'USDT' as const, amount: -11n },
    { onliId: 'ann', asset: 'SPECIES' as const, amount: 2n },
  ],
  feeMicro: 1n,
}

describe('receipts', () => {
  it('that say what the ledger has agree', async () => {
    world.transfers.push(settlement())
    world.receipts.push(receipt)
    expect(await world.reconcile()).toMatchObject({ agrees: true })
  })

  it.each([
    ['other units', { changes: [{ onliId: 'ann', asset: 'SPECIES' as const, amount: 3n }] }],
    ['another fee', { feeMicro: 2n }],
    ['a transfer that is not there', { ledgerTransferIds: ['settle:1', 'settle:2'] }],
  ])('that name %s are found once, and closed with a reason for ever', async (_name, more) => {
    world.transfers.push(settlement())
    world.receipts.push({ ...receipt, ...more })
    const { differenceId, ...one } = await found()
    expect(one).toMatchObject({ class: 'receipt_differs', subject: 'rcp.1' })
    // It is read once, and stays until people close it.
    expect(await found()).toMatchObject({ differenceId })
    expect(await close(differenceId, { as: 'treasury' })).toMatchObject({ status: 400 })
    expect(await close(differenceId, { as: 'explained' })).toMatchObject({ status: 200 })
    expect(await world.reconcile()).toMatchObject({ agrees: true })
  })

  it('that are missing are found when they are late, not before, and are over when they are written', async () => {
    world.transfers.push(settlement())
    expect(await world.reconcile()).toMatchObject({ agrees: true })
    world.clock.advance(11 * minuteMs)
    expect(await found()).toMatchObject({ class: 'receipt_missing', subject: eventKey })
    expect(await found()).toMatchObject({ class: 'receipt_missing' })
    world.told.add(eventKey)
    expect(await world.reconcile()).toMatchObject({ agrees: true })
  })
})

describe('the operator’s book', () => {
  it('that shows what we did not write is suspected at first, and a difference when it stays', async () => {
    world.book.set('Wallets ETH (USDT)', { shown: 9n, written: 5n })
    expect(await world.reconcile()).toMatchObject({ agrees: true })
    world.clock.advance(5 * minuteMs)
    const { differenceId, ...one } = await found()
    expect(one).toMatchObject({ class: 'book_balance', subject: 'Wallets ETH (USDT)', amount: '0.000004' })
    world.book.set('Wallets ETH (USDT)', { shown: 5n, written: 5n })
    expect(await world.reconcile()).toMatchObject({ agrees: true })
    expect(await closedAs(differenceId)).toBe('gone')
  })

  it('that is written while it is compared is no difference', async () => {
    world.book.set('Fees earned (USDT)', { shown: 9n, written: 5n })
    await world.reconcile()
    world.book.set('Fees earned (USDT)', { shown: 9n, written: 9n })
    world.clock.advance(5 * minuteMs)
    expect(await world.reconcile()).toMatchObject({ agrees: true })
    const { body } = await world.ask('GET', '/admin/v1/differences?state=suspected')
    expect(body['differences']).toEqual([])
  })

  it('that refuses an entry, and that does not answer', async () => {
    world.refused.push({ externalId: 't:1', refusal: 'The currency is disabled.' })
    expect(await found()).toMatchObject({ class: 'book_refused', subject: 't:1', cause: 'The currency is disabled.' })
    world.refused.pop()
    world.book.set('Costs (USDT)', { shown: 0n, written: 0n })
    world.isBookSilent = true
    expect(await world.reconcile()).toMatchObject({ agrees: false, differences: [] })
  })
})

it('a comparison that fails does not hide the others, and the run does not agree', async () => {
  Object.assign(world.deps.onli, { balances: () => Promise.reject(new Error('down')) })
  world.chain.move(2, { from: deposit, to: stranger, micro: 5n })
  const { agrees, differences, sections } = await world.reconcile()
  expect([agrees, differences.map((one) => one.class)]).toEqual([false, ['unexplained_outflow']])
  expect(sections.find(({ name }) => name === 'vaults')?.failure).toBeDefined()
  const { body } = await world.ask('GET', '/admin/v1/reconciliations')
  expect(body['runs']).toMatchObject([{ by: 'olga/key_1', agrees: false }, { agrees: true }])
})
