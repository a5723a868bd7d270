import type { Body, Dossier } from '@species/contracts'
import type { Database } from '@species/database'
import { messageOf, pgliteWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { validatorModule } from '../index.ts'
import {
  event,
  keyOf,
  minuteMs,
  ours,
  paid,
  refusalOf,
  topics,
  world,
  checkDue,
  validateEvents,
} from '../test-world.ts'
import { recheckClaims } from './follow-claims.ts'
import { noteDecisions } from './note-decisions.ts'

let database: Database
beforeAll(async () => {
  database = await pgliteWith(validatorModule)
})
afterAll(() => database.close())
beforeEach(() => database.script('TRUNCATE validator.verdicts; TRUNCATE validator.claims'))

const acceptedMs = Date.UTC(2026, 0, 1)
const claimed = (): Promise<bigint> => validatorModule.queries(database).paymentsClaimed()

describe('a chain', () => {
  test('that closes refuses what is mined after it closed, and takes what was mined before', async () => {
    const { deps, chain, clock, configs } = world(database)
    clock.advance(minuteMs)
    configs.change({ enabled: false })
    chain.answer = paid(12, [3], [], acceptedMs + 2 * minuteMs)
    expect(refusalOf(await validateEvents(deps, [event(1)]))).toBe('chain_disabled')
    chain.answer = paid(12, [3], [], acceptedMs + minuteMs)
    expect(topics(await validateEvents(deps, [event(2)]))).toEqual(['payment.claimed', 'validated'])
    const [row] = await database.query<{ versions: unknown }>(
      'SELECT versions FROM validator.verdicts WHERE event_key = $1',
      [keyOf(2)],
    )
    expect(row?.versions).toEqual({ accepted: 1, mined: [1, 2], judged: 2 })
  })

  test('whose address is retired refuses only what is mined after that', async () => {
    const { deps, chain, clock, configs } = world(database)
    clock.advance(minuteMs)
    configs.change({ depositAddresses: [`0x${'9'.repeat(40)}`] })
    chain.answer = paid(12, [3], [], acceptedMs + 2 * minuteMs)
    expect(refusalOf(await validateEvents(deps, [event(1)]))).toBe('wrong_recipient')
    chain.answer = paid(12, [3], [], acceptedMs)
    expect(topics(await validateEvents(deps, [event(2)]))).toEqual(['payment.claimed', 'validated'])
  })

  test('is judged by its time only once that is final: until then the payment waits', async () => {
    const { deps, chain, configs } = world(database)
    configs.change({ enabled: false })
    chain.answer = paid(11, [3], [], acceptedMs + minuteMs)
    expect(topics(await validateEvents(deps, [event(1)]))).toEqual(['waiting'])
  })

  test('that is halted claims nothing, whenever it was mined; no event is refused, and deadlines stand still', async () => {
    const { deps, chain, clock, published, configs } = world(database)
    configs.change({ halted: true })
    chain.answer = paid(12)
    expect(topics(await validateEvents(deps, [event(1)]))).toEqual(['waiting'])
    // Long after the payment's deadline, which is ten minutes.
    clock.advance(300 * minuteMs)
    await checkDue(deps)
    expect([topics(published), await claimed()]).toEqual([[], 0n])
    configs.change({ halted: false })
    clock.advance(9 * minuteMs)
    await checkDue(deps)
    expect(topics(published)).toEqual(['payment.claimed', 'validated'])
  })

  test('that is halted while the payment is being asked for claims nothing either', async () => {
    const { deps, chain, configs } = world(database)
    chain.answer = paid(12)
    chain.meanwhile = async () => {
      configs.change({ halted: true })
    }
    expect(topics(await validateEvents(deps, [event(1)]))).toEqual(['waiting'])
    expect(await claimed()).toBe(0n)
  })

  test('that is halted takes no payment back: what it shows is not believed', async () => {
    const { deps, chain, clock, published, configs } = world(database)
    chain.answer = paid(12)
    await validateEvents(deps, [event(1)])
    configs.change({ halted: true })
    chain.answer = { kind: 'not_yet', reason: 'not_found' }
    for (let look = 0; look < 8; look++) {
      clock.advance(10 * minuteMs)
      await recheckClaims(deps)
    }
    expect([topics(published), await claimed()]).toEqual([[], 5_000_000n])
  })
})

describe('a payment to a compromised address', () => {
  async function inReview(): Promise<ReturnType<typeof world>> {
    const all = world(database)
    all.configs.change({ depositAddresses: [`0x${'9'.repeat(40)}`], compromisedAddresses: [ours] })
    all.chain.answer = paid(12)
    const outgoing = await validateEvents(all.deps, [event(1)])
    expect(topics(outgoing)).toEqual(['review'])
    return all
  }
  const decide = (decision: 'confirm' | 'refuse'): Parameters<typeof noteDecisions>[1] => [
    messageOf('review.decided', keyOf(1), { eventKey: keyOf(1), decision, reason: 'looked at it' }),
  ]

  test('goes to review, however long ago it was mined, and time alone ends none', async () => {
    const { deps, clock, published } = await inReview()
    clock.advance(300 * minuteMs)
    await checkDue(deps)
    expect([topics(published), await claimed()]).toEqual([['review'], 0n])
    expect((published[0]?.body as Body<'review'>).facts).toMatchObject({ addresses: ours, amountMicro: '5000000' })
  })

  test('is claimed once an operator says so', async () => {
    const { deps, published } = await inReview()
    await noteDecisions(deps, decide('confirm'))
    await checkDue(deps)
    expect(topics(published)).toEqual(['payment.claimed', 'validated'])
  })

  test('is never claimed once an operator has refused it', async () => {
    const { deps, clock, published } = await inReview()
    await noteDecisions(deps, decide('refuse'))
    clock.advance(300 * minuteMs)
    await checkDue(deps)
    expect([topics(published), await claimed()]).toEqual([[], 0n])
    expect(refusalOf(await validateEvents(deps, [event(1)]))).toBe('refused_by_operator')
  })
})

describe('a price without a quote', () => {
  test('holds for payments mined in its time, however late they are final', async () => {
    const { deps, chain, clock, published } = world(database, { paymentMs: 60 * minuteMs })
    chain.answer = paid(1, [3], [], acceptedMs + 10 * minuteMs)
    await validateEvents(deps, [event(1)])
    clock.advance(50 * minuteMs)
    chain.answer = paid(12, [3], [], acceptedMs + 10 * minuteMs)
    await checkDue(deps)
    expect(topics(published)).toEqual(['payment.claimed', 'validated'])
  })

  test('buys nothing for a payment mined later: that is claimed, goes along as credit, and the event is refused', async () => {
    const { deps, chain } = world(database)
    chain.answer = paid(12, [3], [], acceptedMs + 11 * minuteMs)
    for (const replay of [false, true]) {
      const outgoing = await validateEvents(deps, [event(1)])
      expect([topics(outgoing), refusalOf(outgoing)]).toEqual([
        replay ? ['refused'] : ['payment.claimed', 'refused'],
        'price_expired',
      ])
      expect((outgoing.at(-1)?.body as Dossier).payment?.claims).toMatchObject([{ amountMicro: 5_000_000n }])
    }
    expect(await claimed()).toBe(5_000_000n)
  })
})
