import type { LedgerResult, MoneyTransfer } from '@species/contracts'
import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cashierModule, createLedgerPort } from '../index.ts'
import {
  type World,
  balancesOf,
  claim,
  createWorld,
  emptyLedger,
  paymentClaimed,
  paymentVanished,
} from '../test-world.ts'
import { creditClaims, reversePayments } from './book-payments.ts'

let database: Database
let world: World
beforeAll(async () => {
  database = await pgliteWith(cashierModule)
})
afterAll(async () => {
  await database.close()
})
/** Alice has 20 USDT of credit. */
beforeEach(async () => {
  await emptyLedger(database)
  world = createWorld(database)
  await creditClaims(world.deps, [paymentClaimed(1, claim(1, 'alice', 20n))])
})

const inLedger = <T>(work: (ledger: ReturnType<ReturnType<typeof createLedgerPort>>) => Promise<T>): Promise<T> =>
  database.transaction((tx) => work(createLedgerPort(world.clock)(tx)))
const payout = (amountMicro: bigint, transferId = 'payout:1'): MoneyTransfer => ({
  transferId,
  kind: 'payout',
  lines: [
    { account: 'user:alice', amountMicro: -amountMicro },
    { account: 'world:ETH', amountMicro },
  ],
})
const hold = (transfer: MoneyTransfer): Promise<LedgerResult> => inLedger((ledger) => ledger.hold(transfer))
const settle = (transferId = 'payout:1') => inLedger((ledger) => ledger.settle(transferId))
const release = (transferId = 'payout:1') => inLedger((ledger) => ledger.release(transferId))
const audit = () => cashierModule.queries(database).auditLedger()
const lacks = (available: bigint, needed: bigint) => ({
  ok: false,
  shortfall: { account: 'user:alice', asset: 'USDT', available, needed },
})

describe('a hold of another module', () => {
  it('sets money aside until it is settled, and then it has left', async () => {
    expect(await hold(payout(15n))).toEqual({ ok: true })
    expect(await balancesOf(database)).toEqual({ 'user:alice USDT': '20/15', 'world:ETH USDT': '-20/0' })
    expect(await audit()).toEqual([])
    await settle()
    expect(await balancesOf(database)).toEqual({ 'user:alice USDT': '5/0', 'world:ETH USDT': '-5/0' })
    expect(await audit()).toEqual([])
  })

  it('is taken, settled and released once, however often it is asked', async () => {
    await hold(payout(15n))
    expect(await hold(payout(15n))).toEqual({ ok: true })
    await settle()
    await settle()
    expect(await hold(payout(15n))).toEqual({ ok: true })
    expect(await balancesOf(database)).toEqual({ 'user:alice USDT': '5/0', 'world:ETH USDT': '-5/0' })
    await hold(payout(5n, 'payout:2'))
    await release('payout:2')
    await release('payout:2')
    expect(await balancesOf(database)).toEqual({ 'user:alice USDT': '5/0', 'world:ETH USDT': '-5/0' })
    expect(await audit()).toEqual([])
  })

  it('ends in one way only, and never for other lines', async () => {
    await hold(payout(15n))
    await expect(hold(payout(14n))).rejects.toMatchObject({ code: 'transfer_conflict' })
    await settle()
    await expect(release()).rejects.toMatchObject({ code: 'transfer_conflict' })
    await hold(payout(5n, 'payout:2'))
    await release('payout:2')
    await expect(settle('payout:2')).rejects.toMatchObject({ code: 'transfer_conflict' })
    // It holds nothing any more, so nobody may believe that it does.
    await expect(hold(payout(5n, 'payout:2'))).rejects.toMatchObject({ code: 'transfer_conflict' })
    await expect(settle('payout:3')).rejects.toMatchObject({ code: 'unknown_hold' })
    await expect(release('payout:3')).rejects.toMatchObject({ code: 'unknown_hold' })
  })

  it('is not posted beside its hold', async () => {
    const post = (transfer: MoneyTransfer) => inLedger((ledger) => ledger.post([transfer]))
    await hold(payout(5n))
    await expect(post(payout(5n))).rejects.toMatchObject({ code: 'transfer_conflict' })
    await settle()
    expect(await post(payout(5n))).toEqual({ ok: true })
    await hold(payout(5n, 'payout:2'))
    await release('payout:2')
    await expect(post(payout(5n, 'payout:2'))).rejects.toMatchObject({ code: 'transfer_conflict' })
    expect(await balancesOf(database)).toEqual({ 'user:alice USDT': '15/0', 'world:ETH USDT': '-15/0' })
    expect(await audit()).toEqual([])
  })

  it('is refused where the account has less, and changes nothing', async () => {
    await hold(payout(15n))
    expect(await hold(payout(6n, 'payout:2'))).toEqual(lacks(5n, 6n))
    await expect(settle('payout:2')).rejects.toMatchObject({ code: 'unknown_hold' })
    expect(await audit()).toEqual([])
  })

  it('repays first what its owner owes when it is released', async () => {
    await hold(payout(15n))
    await reversePayments(world.deps, [paymentVanished(1, claim(1, 'alice', 20n))])
    expect(await balancesOf(database)).toEqual({ 'user:alice USDT': '15/15', 'receivable:alice USDT': '-15/0' })
    await release()
    expect(await balancesOf(database)).toEqual({})
    expect(await audit()).toEqual([])
  })

  it('is missed by the audit if its row is lost', async () => {
    await hold(payout(15n))
    await database.query('DELETE FROM cashier.holds')
    expect(await audit()).toEqual(['holds on user:alice in USDT are 15, events hold 0'])
    await database.query(
      `INSERT INTO cashier.holds (transfer_id, kind, lines, state, held_at) VALUES ('payout:9', 'payout', '[]', 'settled', now())`,
    )
    expect(await audit()).toContain('hold payout:9 is settled without its transfer')
  })
})

describe('transfers of another module', () => {
  it('are posted once, all or none', async () => {
    const cost: MoneyTransfer = {
      transferId: 'cost:1',
      kind: 'cost',
      lines: [
        { account: 'costs', amountMicro: -1n },
        { account: 'custody:nowpayments', amountMicro: 1n },
      ],
    }
    const post = (...transfers: MoneyTransfer[]) => inLedger((ledger) => ledger.post(transfers))
    expect(await post(cost, payout(21n))).toEqual(lacks(20n, 21n))
    expect(await balancesOf(database)).toEqual({ 'user:alice USDT': '20/0', 'world:ETH USDT': '-20/0' })
    expect(await post(cost, payout(20n))).toEqual({ ok: true })
    expect(await post(cost, payout(20n))).toEqual({ ok: true })
    expect(await balancesOf(database)).toEqual({ 'costs USDT': '-1/0', 'custody:nowpayments USDT': '1/0' })
    await expect(post(payout(19n))).rejects.toMatchObject({ code: 'transfer_conflict' })
    expect(await audit()).toEqual([])
  })

  it('may take no more than there is from suspense', async () => {
    const assign = (amountMicro: bigint): MoneyTransfer => ({
      transferId: `assign:${amountMicro}`,
      kind: 'suspense',
      lines: [
        { account: 'suspense:ETH', amountMicro: -amountMicro },
        { account: 'user:alice', amountMicro },
      ],
    })
    expect(await inLedger((ledger) => ledger.post([assign(1n)]))).toMatchObject({
      ok: false,
      shortfall: { account: 'suspense:ETH', available: 0n, needed: 1n },
    })
  })
})
