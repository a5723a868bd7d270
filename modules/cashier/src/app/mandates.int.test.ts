import type { AgentStanding, Mandate } from '@species/contracts'
import type { Outgoing } from '@species/bus'
import { isTransient } from '@species/platform'
import { postgresAnswers, postgresWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cashierModule } from '../index.ts'
import {
  type MatchedEvent,
  type World,
  cancelled,
  claim,
  createWorld,
  emptyLedger,
  matched,
  matchedBody,
  paymentClaimed,
} from '../test-world.ts'
import { creditClaims } from './book-payments.ts'
import { forgetOldCounters } from './forget-counters.ts'
import { fundEvents } from './fund-events.ts'
import { releaseEvents } from './release-events.ts'

const dayMs = 86_400_000
const agentId = `agt_${'0'.repeat(32)}`

describe.skipIf(!postgresAnswers)('what mandates bound [needs Postgres]', () => {
  let database: Awaited<ReturnType<typeof postgresWith>>
  let world: World
  beforeAll(async () => {
    database = await postgresWith(cashierModule)
  })
  afterAll(async () => {
    await database.drop()
  })
  beforeEach(async () => {
    await emptyLedger(database)
    world = createWorld(database)
    await creditClaims(world.deps, [paymentClaimed(900, claim(900, 'alice', 10_000_000_000n))])
  })

  const standing = (mandate: Mandate, more: Partial<AgentStanding> = {}): void => {
    const agent = {
      agentId,
      owner: 'alice',
      name: 'buyer',
      status: 'active' as const,
      mandateVersion: 3,
      mandate,
      ...more,
    }
    world.agents.set(agentId, agent)
  }
  /** A purchase of units at one USDT each, with a fee of half a per cent. */
  const buy = (units: bigint, keyId = 'key_a'): MatchedEvent => ({
    intent: 'BUY_TREASURY',
    from: 'alice',
    match: { units, totalMicro: units * 1_000_000n },
    payment: { source: 'credit', claims: [] },
    more: { keyId, limits: { agent: agentId }, times: { accepted: world.clock.now() } },
  })
  const again = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await work()
      } catch (error) {
        if (!isTransient(error)) throw error
      }
    }
  }
  const trade = (n: number, event: MatchedEvent): Promise<Outgoing[]> =>
    again(() => fundEvents(world.deps, [matched(n, event)]))
  const toldOf = ([out]: readonly Outgoing[]): string =>
    out?.topic === 'refused' ? out.body.refusal.code : (out?.topic ?? 'nothing')
  const manyAtOnce = async (from: number, howMany: number, units = 1n): Promise<number> => {
    const outs = await Promise.all(
      Array.from({ length: howMany }, (_, n) => trade(from + n, buy(units, `key_${n % 3}`))),
    )
    return outs.filter((out) => toldOf(out) === 'funded').length
  }

  it('a hundred trades at once with several keys pass no limit of the hour, the day or the month', async () => {
    standing({ usdt: { perHour: 30_150_000n, perDay: 70_350_000n, perMonth: 90_450_000n } })
    expect(await manyAtOnce(0, 100)).toBe(30)
    world.clock.advance(3_660_000)
    expect(await manyAtOnce(100, 50)).toBe(30)
    world.clock.advance(3_660_000)
    expect(await manyAtOnce(200, 20)).toBe(10)
    world.clock.advance(dayMs + 900_000)
    expect(await manyAtOnce(300, 40)).toBe(20)
    // Thirty days after the first of them they still count: their bucket lies in the window in part.
    world.clock.advance(29 * dayMs)
    expect(await manyAtOnce(400, 10)).toBe(0)
    world.clock.advance(dayMs / 4)
    expect(await manyAtOnce(500, 40)).toBe(30)
  })

  it('the windows of a month outlast those of a day, and are forgotten too', async () => {
    standing({ units: { perMonth: 10n } })
    expect(toldOf(await trade(1, buy(10n)))).toBe('funded')
    const buckets = async () =>
      (await database.query<{ window_name: string }>(`SELECT window_name FROM cashier.limit_counters WHERE units > 0`))
        .length
    expect(await buckets()).toBe(6)
    world.clock.advance(20 * dayMs)
    await forgetOldCounters(world.deps)
    expect(await buckets()).toBe(2)
    expect(toldOf(await trade(2, buy(1n)))).toBe('limit_exceeded')
    world.clock.advance(20 * dayMs)
    await forgetOldCounters(world.deps)
    expect(await buckets()).toBe(0)
    expect(toldOf(await trade(3, buy(10n)))).toBe('funded')
  })

  it('a refused trade and one that is given back cost nothing, and what was spent before a mandate counts in it', async () => {
    standing({ units: { perDay: 10n } })
    expect(toldOf(await trade(1, buy(6n)))).toBe('funded')
    expect(toldOf(await trade(2, buy(6n)))).toBe('limit_exceeded')
    await releaseEvents(world.deps, [cancelled(matchedBody(1, buy(6n)))])
    expect(toldOf(await trade(3, buy(10n)))).toBe('funded')
    standing({ usdt: { perMonth: 11_000_000n } }, { mandateVersion: 4 })
    expect(toldOf(await trade(4, buy(1n)))).toBe('limit_exceeded')
    standing({ usdt: { perMonth: 11_055_000n } }, { mandateVersion: 5 })
    expect(toldOf(await trade(5, buy(1n)))).toBe('funded')
    expect(await cashierModule.queries(database).agentUse(agentId, world.clock.now())).toEqual({
      units: { perHour: 11n, perDay: 11n, perMonth: 11n },
      usdtMicro: { perHour: 11_055_000n, perDay: 11_055_000n, perMonth: 11_055_000n },
    })
  })

  it('what stops an agent binds events that were accepted before, and says which mandate was in force', async () => {
    standing({ units: { perTrade: 5n } })
    const [funded] = await trade(1, buy(5n))
    expect(funded?.topic === 'funded' && funded.body.funding.mandateVersion).toBe(3)
    const accepted = Array.from({ length: 5 }, () => buy(1n))
    for (const [n, status] of (['paused', 'revoked', 'stopped_by_owner', 'stopped_by_operator'] as const).entries()) {
      standing({ units: { perTrade: 5n } }, { status })
      expect(toldOf(await trade(10 + n, accepted[n] ?? buy(1n)))).toBe('agent_stopped')
    }
    standing({ units: { perTrade: 4n } }, { mandateVersion: 4 })
    const [refused] = await trade(20, buy(5n))
    expect(refused?.topic === 'refused' && refused.body.refusal).toMatchObject({
      code: 'outside_mandate',
      mandateVersion: 4,
    })
    standing({ units: { perTrade: 5n } }, { owner: 'mallory' })
    expect(toldOf(await trade(21, buy(1n)))).toBe('agent_stopped')
    world.agents.clear()
    expect(toldOf(await trade(22, buy(1n)))).toBe('agent_stopped')
  })
})
