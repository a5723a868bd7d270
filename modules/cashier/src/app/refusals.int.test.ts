import type { Database } from '@species/database'
import { describe, expect, it } from 'vitest'
import { type MatchedEvent, type World, claim, eventKey, matched, matchedBody } from '../test-world.ts'
import { fundEvents } from './fund-events.ts'
import {
  balances,
  buy,
  credit,
  database,
  fund,
  give,
  openLedger,
  refusal,
  release,
  settle,
  transfer,
  world,
} from './test-flows.ts'

openLedger()

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
