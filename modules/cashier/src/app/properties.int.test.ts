import { type Intent, chains } from '@species/contracts'
import type { Message, Outgoing } from '@species/bus'
import type { Database } from '@species/database'
import { pgliteWith } from '@species/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
  matched,
  matchedBody,
  paymentClaimed,
} from '../test-world.ts'
import { creditClaims } from './book-payments.ts'
import { fundEvents } from './fund-events.ts'
import { releaseEvents } from './release-events.ts'
import { settleEvents } from './settle-events.ts'

let database: Database
let world: World
beforeAll(async () => {
  database = await pgliteWith(cashierModule)
  world = createWorld(database)
})
afterAll(async () => {
  await database.close()
})

/** An event with how it ends, and whether its key has a limit. */
interface Plan {
  readonly intent: Intent
  readonly from: string
  readonly other: string
  readonly units: bigint
  readonly price: bigint
  readonly paid: 'credit' | 'exact' | 'short' | 'more'
  readonly end: 'settle' | 'release' | 'none'
  readonly limited: boolean
}

const users = ['alice', 'bob', 'carol'] as const
const plan: fc.Arbitrary<Plan> = fc.record({
  intent: fc.constantFrom<Intent>('BUY_TREASURY', 'BUY_MARKET', 'SELL_MARKET', 'TRANSFER', 'REDEEM', 'DELIST'),
  from: fc.constantFrom(...users),
  other: fc.constantFrom(...users),
  units: fc.bigInt(1n, 20n),
  price: fc.bigInt(1n, 3_000_000n),
  paid: fc.constantFrom('credit', 'exact', 'short', 'more'),
  end: fc.constantFrom('settle', 'release', 'none'),
  limited: fc.boolean(),
})
const plans = fc.array(plan, { minLength: 1, maxLength: 14 })

/** The n-th event of a plan, as matching would have said it. */
function eventOf(n: number, given: Plan): MatchedEvent {
  const { intent, from, other, units, price, paid, limited } = given
  const to = other === from ? 'dave' : other
  const takesMoney = intent === 'BUY_TREASURY' || intent === 'BUY_MARKET'
  const totalMicro = takesMoney || intent === 'REDEEM' ? units * price : 0n
  const due = totalMicro + (totalMicro * (intent === 'BUY_TREASURY' ? 50n : 75n)) / 10_000n
  const amount = paid === 'short' ? due - 1n : paid === 'more' ? due + 5n : due
  const chain = chains[n % chains.length] ?? 'ETH'
  const onChain = takesMoney && paid !== 'credit' && amount > 0n
  const fills =
    intent === 'BUY_MARKET' ? [{ listingId: 'l', seller: to, units, unitPriceMicro: price, totalMicro }] : []
  return {
    intent,
    from,
    ...(intent === 'TRANSFER' ? { to } : {}),
    match: { units, totalMicro, fills },
    payment: onChain
      ? { source: 'chain', claims: [claim(n, from, amount, { chain })] }
      : { source: takesMoney ? 'credit' : 'none', claims: [] },
    ...(limited ? { more: { keyId: `key_${from}`, limits: { unitsPerHour: 25n } } } : {}),
  }
}

/** Money and units to begin with; `rich` is enough for every plan, so that no order of events makes one fail. */
async function seed(rich: boolean): Promise<void> {
  await emptyLedger(database)
  const payers = [...users, 'liquidity_pool']
  await creditClaims(
    world.deps,
    payers.map((payer, index) =>
      paymentClaimed(900 + index, claim(900 + index, payer, rich ? 10n ** 12n : 30_000_000n)),
    ),
  )
  const units = rich ? 10_000n : 30n
  const gifts = users.flatMap((user, index): Message<'matched'>[] => [
    matched(910 + index, {
      intent: 'BUY_TREASURY',
      from: user,
      match: { units: 2n * units },
      payment: { source: 'credit', claims: [] },
    }),
    matched(920 + index, { intent: 'SELL_MARKET', from: user, match: { units } }),
  ])
  for (const gift of gifts.sort((a, b) => (a.key < b.key ? -1 : 1)))
    await settleEvents(world.deps, confirmedOf(await fundEvents(world.deps, [gift])))
}

const confirmedOf = (outgoing: readonly Outgoing[]): Message<'confirmed'>[] =>
  outgoing.flatMap((one) => (one.topic === 'funded' ? [confirmed(one.body)] : []))

/** Balances, counters and outcomes: everything two ways of working may not differ in. */
async function state(): Promise<object> {
  const fundings = await database.query(
    'SELECT event_key, outcome, funding, settlement, dossier FROM cashier.fundings ORDER BY event_key',
  )
  const counters = await database.query(
    'SELECT key_id, window_name, units FROM cashier.limit_counters WHERE units > 0 ORDER BY 1, 2',
  )
  const transfers = await database.query('SELECT transfer_id, digest FROM cashier.transfers ORDER BY 1')
  return { balances: await balancesOf(database), fundings, counters, transfers }
}

async function expectSound(): Promise<void> {
  expect(await cashierModule.queries(database).auditLedger()).toEqual([])
  const sums = await database.query<{ asset: string; sum: bigint }>(
    'SELECT asset, sum(posted)::bigint AS sum FROM cashier.balances GROUP BY asset',
  )
  for (const row of sums) expect(row.sum).toBe(0n)
}

/** Funds, settles and releases in parts of this size. */
async function work(events: readonly Plan[], size: number): Promise<Outgoing[]> {
  const all: Outgoing[] = []
  const inParts = async <M>(
    messages: readonly M[],
    handle: (part: M[]) => Promise<Outgoing[]>,
  ): Promise<Outgoing[]> => {
    const out: Outgoing[] = []
    for (let from = 0; from < messages.length; from += size)
      out.push(...(await handle(messages.slice(from, from + size))))
    all.push(...out)
    return out
  }
  const messages = events.map((one, n) => matched(n, eventOf(n, one)))
  const funded = await inParts(messages, (part) => fundEvents(world.deps, part))
  const ends = (how: Plan['end']) => (key: string) =>
    events.some((one, n) => one.end === how && messages[n]?.key === key)
  await inParts(
    confirmedOf(funded).filter((message) => ends('settle')(message.key)),
    (part) => settleEvents(world.deps, part),
  )
  const back = messages.filter((message) => ends('release')(message.key)).map((message) => cancelled(message.body))
  await inParts(back, (part) => releaseEvents(world.deps, part))
  return all
}

// Many small transactions: a busy machine takes its time.
describe('any sequence of events over a few accounts', { timeout: 120_000 }, () => {
  it('leaves a sound ledger, and a batch gives what its events one by one give', async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.integer({ min: 2, max: 14 }), async (events, size) => {
        await seed(false)
        const oneByOne = await work(events, 1)
        const single = await state()
        await expectSound()
        await seed(false)
        const batched = await work(events, size)
        await expectSound()
        expect(await state()).toEqual(single)
        expect(batched.map((one) => one.body)).toEqual(oneByOne.map((one) => one.body))
      }),
      { numRuns: 25 },
    )
  })

  it('ends in the same balances whatever is repeated and reordered', async () => {
    const noise = fc.array(fc.nat(1_000), { minLength: 80, maxLength: 80 })
    await fc.assert(
      fc.asyncProperty(fc.array(plan, { minLength: 1, maxLength: 6 }), noise, async (given, dice) => {
        const events = given.map((one): Plan => ({
          ...one,
          paid: one.paid === 'short' ? 'exact' : one.paid,
          limited: false,
        }))
        await seed(true)
        await work(events, 1)
        for (const [n, one] of events.entries())
          await creditClaims(
            world.deps,
            (eventOf(n, one).payment?.claims ?? []).map((of) => paymentClaimed(n, of)),
          )
        const straight = await balancesOf(database)
        await seed(true)
        await stir(events, dice)
        expect(await balancesOf(database)).toEqual(straight)
        await expectSound()
      }),
      { numRuns: 15 },
    )
  })
})

/** Delivers every message of the events twice, in the order of the dice; a confirmation can only follow its own hold. */
async function stir(events: readonly Plan[], dice: readonly number[]): Promise<void> {
  type Step = () => Promise<readonly Step[]>
  const steps: Step[] = []
  for (const [n, one] of events.entries()) {
    const event = eventOf(n, one)
    const credit: Step = async () => {
      await creditClaims(
        world.deps,
        (event.payment?.claims ?? []).map((of) => paymentClaimed(n, of)),
      )
      return []
    }
    const fund: Step = async () => {
      const confirmations = confirmedOf(await fundEvents(world.deps, [matched(n, event)]))
      if (one.end !== 'settle') return []
      return confirmations.map((message) => async () => {
        await settleEvents(world.deps, [message])
        return []
      })
    }
    const release: Step = async () => {
      await releaseEvents(world.deps, [cancelled(matchedBody(n, event))])
      return []
    }
    steps.push(credit, credit, fund, fund, ...(one.end === 'release' ? [release, release] : []))
  }
  for (let turn = 0; steps.length > 0; turn++) {
    const [next] = steps.splice((dice[turn % dice.length] ?? 0) % steps.length, 1)
    if (next) steps.push(...(await next()))
  }
}
