import type { StateBodies } from '@species/contracts'
import type { Database } from '@species/database'
import { messageOf, pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cashierModule } from '../index.ts'
import {
  type MatchedEvent,
  type World,
  balancesOf,
  cancelled,
  claim,
  confirmed,
  createWorld,
  emptyLedger,
  eventKey,
  matched,
  matchedBody,
  only,
  paymentClaimed,
} from '../test-world.ts'
import { bookObservations } from './book-observations.ts'
import { creditClaims } from './book-payments.ts'
import { fundEvents } from './fund-events.ts'
import { releaseEvents } from './release-events.ts'
import { settleEvents } from './settle-events.ts'

let database: Database
let world: World
beforeAll(async () => {
  database = await pgliteWith(cashierModule)
})
afterAll(async () => {
  await database.close()
})
beforeEach(async () => {
  await emptyLedger(database)
  world = createWorld(database)
})

const credit = (n: number, payer: string, amount: bigint) =>
  creditClaims(world.deps, [paymentClaimed(n, claim(n, payer, amount))])
const fund = async (n: number, event: MatchedEvent) =>
  only(await fundEvents(world.deps, [matched(n, event)]), 'funded').body
const refusal = async (n: number, event: MatchedEvent) =>
  only(await fundEvents(world.deps, [matched(n, event)]), 'refused').body.refusal
const settle = async (body: StateBodies['funded']) =>
  only(await settleEvents(world.deps, [confirmed(body)]), 'settled').body
const release = async (body: StateBodies['matched']) =>
  only(await releaseEvents(world.deps, [cancelled(body)]), 'released').body
const balances = () => balancesOf(database)
const audit = () => cashierModule.queries(database).auditLedger()

/** Gives units out of nothing, as a purchase from the treasury does. */
async function give(n: number, onliId: string, units: bigint): Promise<void> {
  await settle(
    await fund(n, {
      intent: 'BUY_TREASURY',
      from: onliId,
      match: { units },
      payment: { source: 'credit', claims: [] },
    }),
  )
}

const buy: MatchedEvent = {
  intent: 'BUY_TREASURY',
  from: 'alice',
  match: { units: 10n, totalMicro: 15_000_000n },
  payment: { source: 'chain', claims: [claim(1, 'alice', 20_000_000n)] },
}
const transfer = (units: bigint): MatchedEvent => ({ intent: 'TRANSFER', from: 'alice', to: 'bob', match: { units } })

describe('the forward road', () => {
  it('BUY_TREASURY: credits the payment, holds price and fee, settles, and keeps the rest as credit', async () => {
    const funded = await fund(1, buy)
    expect(await balances()).toEqual({ 'user:alice USDT': '20000000/15075000', 'world:ETH USDT': '-20000000/0' })
    const { settlement } = await settle(funded)
    expect(await balances()).toEqual({
      'fees USDT': '75000/0',
      'supply SPECIES': '-10/0',
      'treasury USDT': '15000000/0',
      'user:alice SPECIES': '10/0',
      'user:alice USDT': '4925000/0',
      'world:ETH USDT': '-20000000/0',
    })
    expect(settlement.lines.map((line) => [line.account, line.amount, line.balanceAfter])).toEqual([
      ['user:alice', -15_075_000n, 4_925_000n],
      ['treasury', 15_000_000n, 15_000_000n],
      ['fees', 75_000n, 75_000n],
      ['supply', -10n, -10n],
      ['user:alice', 10n, 10n],
    ])
    expect(await audit()).toEqual([])
  })

  it('SELL_MARKET, BUY_MARKET from credit, REDEEM and DELIST leave the figures of the table', async () => {
    await give(1, 'bob', 30n)
    await credit(2, 'alice', 10_000_000n)
    await credit(3, 'liquidity_pool', 5_000_000n)
    await settle(await fund(4, { intent: 'SELL_MARKET', from: 'bob', match: { units: 20n } }))
    const fills = [{ listingId: 'l', seller: 'bob', units: 4n, unitPriceMicro: 1_000_001n, totalMicro: 4_000_004n }]
    await settle(
      await fund(5, {
        intent: 'BUY_MARKET',
        from: 'alice',
        match: { units: 4n, totalMicro: 4_000_004n, fills },
        payment: { source: 'credit', claims: [] },
      }),
    )
    await settle(await fund(6, { intent: 'REDEEM', from: 'alice', match: { units: 3n, totalMicro: 3_750_000n } }))
    await settle(await fund(7, { intent: 'DELIST', from: 'bob', match: { units: 16n } }))
    expect(await balances()).toEqual({
      'fees USDT': '30000/0',
      'liquidity_pool SPECIES': '3/0',
      'liquidity_pool USDT': '1250000/0',
      'payable:alice USDT': '3750000/0',
      'payable:bob USDT': '4000004/0',
      'supply SPECIES': '-30/0',
      'user:alice SPECIES': '1/0',
      'user:alice USDT': '5969996/0',
      'user:bob SPECIES': '26/0',
      'world:ETH USDT': '-15000000/0',
    })
    expect(await audit()).toEqual([])
  })

  it('answers repeats at every stage with the first answer, and books nothing twice', async () => {
    const funded = await fund(1, buy)
    const held = await balances()
    world.clock.advance(60_000)
    expect(await fund(1, buy)).toEqual(funded)
    expect(await balances()).toEqual(held)
    const settled = await settle(funded)
    const done = await balances()
    world.clock.advance(60_000)
    expect(await settle(funded)).toEqual(settled)
    expect(await fund(1, buy)).toEqual(funded)
    expect(await balances()).toEqual(done)
  })

  it('a confirmed event without a hold is a fault that posts nothing', async () => {
    const funded = {
      ...matchedBody(1, buy),
      funding: { lines: [], feeMicro: 0n, feePerFillMicro: [], paymentTransferIds: [] },
    }
    await expect(settleEvents(world.deps, [confirmed(funded)])).rejects.toMatchObject({
      code: 'confirmed_without_hold',
      retryable: false,
    })
    expect(await balances()).toEqual({})
  })

  it('a confirmed event that was given back is a fault that posts nothing', async () => {
    const funded = await fund(1, buy)
    await release(matchedBody(1, buy))
    const before = await balances()
    await expect(settleEvents(world.deps, [confirmed(funded)])).rejects.toMatchObject({
      code: 'confirmed_without_hold',
    })
    expect(await balances()).toEqual(before)
  })
})

describe('refusals', () => {
  it('an underpayment is refused and stays the payer’s credit', async () => {
    const short = { ...buy, payment: { source: 'chain' as const, claims: [claim(1, 'alice', 15_074_999n)] } }
    expect(await refusal(1, short)).toMatchObject({ code: 'insufficient_payment', by: 'cashier' })
    const before = { 'user:alice USDT': '15074999/0', 'world:ETH USDT': '-15074999/0' }
    expect(await balances()).toEqual(before)
    expect((await release(matchedBody(1, short))).release).toMatchObject({
      heldBefore: false,
      creditedMicro: 15_074_999n,
    })
    expect(await balances()).toEqual(before)
  })

  it('a refusal is repeated even when money has come since', async () => {
    const empty: MatchedEvent = { ...buy, payment: { source: 'credit', claims: [] } }
    const first = await fundEvents(world.deps, [matched(1, empty)])
    await credit(9, 'alice', 99_000_000n)
    world.clock.advance(1_000)
    expect(await fundEvents(world.deps, [matched(1, empty)])).toEqual(first)
  })

  it.each([
    [
      'trading_halted',
      (of: World) => {
        of.trading = 'off'
      },
    ],
    [
      'user_suspended',
      (of: World) => {
        of.standings.set('alice', 'suspended')
      },
    ],
    [
      'user_suspended',
      (of: World) => {
        of.standings.set('alice', 'frozen')
      },
    ],
    [
      'key_revoked',
      (of: World) => {
        of.revokedKeys.add('key_test')
      },
    ],
  ])('%s where it was stopped after accept; the payment is kept', async (code, stop) => {
    stop(world)
    expect(await refusal(1, buy)).toMatchObject({ code })
    expect(await balances()).toEqual({ 'user:alice USDT': '20000000/0', 'world:ETH USDT': '-20000000/0' })
  })

  it('what is held is finished although trading is halted', async () => {
    const funded = await fund(1, buy)
    world.trading = 'off'
    expect(await fund(1, buy)).toEqual(funded)
    expect((await settle(funded)).settlement.transferId).toBe(`settlement:${eventKey(1)}`)
  })

  it('a lapsed listing returns to its seller although trading is halted and he is suspended', async () => {
    await give(1, 'bob', 5n)
    await settle(await fund(2, { intent: 'SELL_MARKET', from: 'bob', match: { units: 5n } }))
    world.trading = 'off'
    world.standings.set('bob', 'suspended')
    await settle(await fund(3, { intent: 'DELIST', from: 'bob', match: { units: 5n }, event: { lapsed: true } }))
    expect(await balances()).toMatchObject({ 'user:bob SPECIES': '5/0' })
  })

  it('asks for the kill switch after the balances are locked, so that a stop during the wait counts', async () => {
    const asked: string[] = []
    const watched: Database = {
      ...database,
      transaction: (work) =>
        database.transaction((tx) =>
          work({
            query: async (text, parameters) => {
              if (text.includes('FOR UPDATE OF b')) asked.push('locked')
              return await tx.query(text, parameters)
            },
          }),
        ),
    }
    const latestConfig: World['deps']['latestConfig'] = (tx) => {
      asked.push('kill switch')
      return world.deps.latestConfig(tx)
    }
    await fundEvents({ ...world.deps, database: watched, latestConfig }, [matched(1, buy)])
    expect(asked.at(-1)).toBe('kill switch')
  })
})

it('a rotated key and its successors share one allowance, and what is given back is given back to it', async () => {
  await give(9, 'alice', 20n)
  world.successorOf.set('key_second', 'key_first')
  const by = (keyId: string): MatchedEvent => ({ ...transfer(6n), more: { keyId, limits: { unitsPerDay: 10n } } })
  await fund(1, by('key_first'))
  expect(await refusal(2, by('key_second'))).toMatchObject({ code: 'limit_exceeded' })
  await release(matchedBody(1, by('key_first')))
  await fund(3, by('key_second'))
  expect(await refusal(4, by('key_first'))).toMatchObject({ code: 'limit_exceeded' })
})

describe('the road back', () => {
  it('gives holds and limits back and keeps the payment as credit', async () => {
    const limited: MatchedEvent = { ...buy, more: { limits: { unitsPerDay: 10n } } }
    await fund(1, limited)
    const { release: given } = await release(matchedBody(1, limited))
    expect(given).toEqual({
      heldBefore: true,
      paymentTransferIds: [`payment:ETH:${claim(1, 'alice', 1n).hash}:0`],
      creditedMicro: 20_000_000n,
    })
    expect(await balances()).toEqual({ 'user:alice USDT': '20000000/0', 'world:ETH USDT': '-20000000/0' })
    const again: MatchedEvent = { ...limited, payment: { source: 'credit', claims: [] } }
    expect((await fund(2, again)).funding.feeMicro).toBe(75_000n)
  })

  it('answers a repeated cancel with the first answer and gives nothing back twice', async () => {
    await credit(8, 'alice', 50_000_000n)
    await fund(1, buy)
    await fund(2, { ...buy, payment: { source: 'credit', claims: [] } })
    const first = await release(matchedBody(1, buy))
    const before = await balances()
    world.clock.advance(1_000)
    expect(await release(matchedBody(1, buy))).toEqual(first)
    expect(await balances()).toEqual(before)
    expect(before['user:alice USDT']).toBe('70000000/15075000')
  })

  it('stores the release of an event it never saw; the late forward message gets `released` again and holds nothing', async () => {
    const first = await release(matchedBody(1, buy))
    expect(first.release).toMatchObject({ heldBefore: false, creditedMicro: 20_000_000n })
    world.clock.advance(1_000)
    expect(only(await fundEvents(world.deps, [matched(1, buy)]), 'released').body).toEqual(first)
    expect(await balances()).toEqual({ 'user:alice USDT': '20000000/0', 'world:ETH USDT': '-20000000/0' })
  })

  it('tells what the payment left as credit although the refusal came from somebody who knew of no payment', async () => {
    await fund(1, buy)
    const { payment: _payment, match: _match, intent: _intent, ...bare } = matchedBody(1, buy)
    const refused = {
      ...bare,
      refusal: { code: 'deadline_exceeded' as const, detail: '', by: 'marketplace-api' as const },
    }
    const out = await releaseEvents(world.deps, [messageOf('cancelled', eventKey(1), refused)])
    expect(only(out, 'released').body.release).toEqual({
      heldBefore: true,
      paymentTransferIds: [`payment:ETH:${claim(1, 'alice', 1n).hash}:0`],
      creditedMicro: 20_000_000n,
    })
    expect((await balances())['user:alice USDT']).toBe('20000000/0')
  })

  it('never releases a settled event', async () => {
    await settle(await fund(1, buy))
    const before = await balances()
    await expect(releaseEvents(world.deps, [cancelled(matchedBody(1, buy))])).rejects.toMatchObject({
      code: 'cancelled_after_settlement',
    })
    expect(await balances()).toEqual(before)
  })
})

describe('payments', () => {
  it('are credited once, whether the claim or the event comes first, and however often', async () => {
    const paid = claim(1, 'alice', 20_000_000n)
    const first = await creditClaims(world.deps, [paymentClaimed(1, paid)])
    expect(only(first, 'payment.credited').body).toEqual({ chain: 'ETH', hash: paid.hash, logIndex: 0 })
    await fund(1, buy)
    expect(await creditClaims(world.deps, [paymentClaimed(1, paid)])).toEqual(first)
    expect((await balances())['world:ETH USDT']).toBe('-20000000/0')
    expect(await cashierModule.queries(database).paymentsBooked()).toBe(20_000_000n)
  })

  it('are one in a batch that names them twice', async () => {
    const paid = claim(1, 'alice', 5n)
    await creditClaims(world.deps, [paymentClaimed(1, paid), paymentClaimed(2, paid)])
    expect(await balances()).toEqual({ 'user:alice USDT': '5/0', 'world:ETH USDT': '-5/0' })
  })

  it('with a known id and another amount or payer are a fault', async () => {
    await creditClaims(world.deps, [paymentClaimed(1, claim(1, 'alice', 5n))])
    for (const other of [claim(1, 'alice', 6n), claim(1, 'mallory', 5n)]) {
      await expect(creditClaims(world.deps, [paymentClaimed(1, other)])).rejects.toMatchObject({
        code: 'transfer_conflict',
        retryable: false,
      })
    }
    expect(await balances()).toEqual({ 'user:alice USDT': '5/0', 'world:ETH USDT': '-5/0' })
  })
})

describe('units seen outside', () => {
  const observed = (vaultUnits: bigint, ledgerVersion: bigint) =>
    bookObservations(world.deps, [
      messageOf('vault.observed', 'user:alice', { account: 'user:alice', vaultUnits, ledgerVersion }),
    ])
  const version = async () => (await cashierModule.queries(database).units(['user:alice']))[0]?.version ?? 0n

  it('come in once for one look', async () => {
    await give(1, 'alice', 5n)
    const seen = await version()
    await observed(9n, seen)
    await observed(9n, seen)
    expect(await balances()).toMatchObject({ 'user:alice SPECIES': '9/0', 'outside SPECIES': '-4/0' })
  })

  it('of a user never seen before come in too', async () => {
    await observed(9n, 0n)
    expect(await balances()).toEqual({ 'user:alice SPECIES': '9/0', 'outside SPECIES': '-9/0' })
  })

  it('go out', async () => {
    await give(1, 'alice', 5n)
    await observed(1n, await version())
    expect(await balances()).toMatchObject({ 'user:alice SPECIES': '1/0', 'outside SPECIES': '4/0' })
    expect(await audit()).toEqual([])
  })

  it('mean nothing once the balance has moved on', async () => {
    await give(1, 'alice', 5n)
    const seen = await version()
    await settle(await fund(2, transfer(1n)))
    await observed(9n, seen)
    expect(await balances()).toMatchObject({ 'user:alice SPECIES': '4/0' })
  })

  it('mean nothing while an event in flight brings or takes units, however many others are in flight', async () => {
    await give(1, 'alice', 5n)
    await give(2, 'bob', 5n)
    await database.query(
      `INSERT INTO cashier.fundings (event_key, outcome, funding, decided_at)
       SELECT ('01930000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'funded', '{"lines":[]}', $1 FROM generate_series(1, 10000) n`,
      [new Date(0).toISOString()],
    )
    await fund(3, { intent: 'TRANSFER', from: 'bob', to: 'alice', match: { units: 2n } })
    await observed(7n, await version())
    expect(await balances()).toMatchObject({ 'user:alice SPECIES': '5/0' })
    expect((await cashierModule.queries(database).inFlight()).events.length).toBe(10_001)
  })
})
