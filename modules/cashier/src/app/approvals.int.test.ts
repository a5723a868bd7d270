import type { AgentStanding, Mandate, Principal, StateBodies } from '@species/contracts'
import type { Outgoing } from '@species/bus'
import { isTransient, systemIds } from '@species/platform'
import { postgresAnswers, postgresWith } from '@species/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cashierModule, createAgentGate } from '../index.ts'
import { approvalsOf } from '../adapters/approval-rows.ts'
import { approvalLifeMs, maxUndecided } from '../domain/approval.ts'
import {
  type World,
  cancelled,
  claim,
  config,
  createWorld,
  emptyLedger,
  matched,
  matchedBody,
  paymentClaimed,
} from '../test-world.ts'
import { creditClaims } from './book-payments.ts'
import { denyApproval, expireApprovals, grantApproval } from './decide-approvals.ts'
import { fundEvents } from './fund-events.ts'
import { releaseEvents } from './release-events.ts'

const agentId = `agt_${'0'.repeat(32)}`
const alice: Principal = { onliId: 'alice', keyId: 'key_alice', scopes: ['read', 'trade', 'keys'] }
const action = { method: 'POST', path: '/', body: '' }

describe.skipIf(!postgresAnswers)('approvals of an agent’s events [needs Postgres]', () => {
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
    standing({ usdt: { perDay: 100_000_000n }, approvalAbove: { usdt: 10_000_000n } })
    await creditClaims(world.deps, [paymentClaimed(900, claim(900, 'alice', 10_000_000_000n))])
  })

  const standing = (mandate: Mandate, more: Partial<AgentStanding> = {}): void => {
    const agent = { agentId, owner: 'alice', name: 'buyer', status: 'active' as const, mandateVersion: 1, mandate }
    world.agents.set(agentId, { ...agent, ...more })
  }
  const again = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await work()
      } catch (error) {
        if (!isTransient(error) && !(error as { retryable?: boolean }).retryable) throw error
      }
    }
  }
  /** The n-th event: a purchase of units at this price (micro-USDT), with a fee of half a per cent. */
  const event = (n: number, units: bigint, price = 1_000_000n): StateBodies['matched'] =>
    matchedBody(n, {
      intent: 'BUY_TREASURY',
      from: 'alice',
      match: { units, totalMicro: units * price },
      payment: { source: 'credit', claims: [] },
      event: { eventId: `event-number-${n}` },
      more: { keyId: 'key_a', limits: { agent: agentId }, times: { accepted: world.clock.now() } },
    })
  const gate = () => createAgentGate({ ...world.deps, ids: systemIds })
  const admit = async (dossier: StateBodies['matched']) => {
    world.clock.advance(1)
    return await gate().admit(agentId, {
      owner: 'alice',
      event: dossier.event,
      judged: async () => ({ dossier, config }),
    })
  }
  const codeOf = async (dossier: StateBodies['matched']) => (await admit(dossier))?.code ?? 'admitted'
  const fund = async (dossier: StateBodies['matched']): Promise<string> => {
    const message = {
      ...matched(1, { intent: dossier.intent, from: 'alice', match: dossier.match }),
      key: dossier.eventKey,
      body: dossier,
    }
    const [out]: Outgoing[] = await again(() => fundEvents(world.deps, [message]))
    return out?.topic === 'refused' ? out.body.refusal.code : (out?.topic ?? 'nothing')
  }
  const newest = async () => {
    const [one] = (await approvalsOf(database, agentId, 99)).sort((a, b) => b.askedAtMs - a.askedAtMs)
    if (!one) throw new Error('no approval')
    return one
  }
  const grant = async (
    shown: { eventHash?: string; highestMicro?: bigint } = {},
    confirmation: string | null = 'key_2',
  ) => {
    const { approvalId, eventHash, highestMicro } = await newest()
    const asked = { principal: alice, agentId, approvalId }
    const granted = await grantApproval(
      world.deps,
      asked,
      { eventHash, highestMicro, ...shown },
      { action, confirmation },
    )
    return granted.ok ? granted.value.state : granted.refusal.code
  }
  const deny = async () => {
    const { approvalId } = await newest()
    const denied = await denyApproval(world.deps, { principal: alice, agentId, approvalId })
    return denied.ok ? denied.value.state : denied.refusal.code
  }
  const usedMicro = async () =>
    (await cashierModule.queries(database).agentUse(agentId, world.clock.now())).usdtMicro.perDay

  it('what is small is let in; what is large asks once, holds nothing, and is let in when it was granted', async () => {
    expect(await codeOf(event(1, 9n))).toBe('admitted')
    const large = event(2, 20n)
    expect(await admit(large)).toMatchObject({ code: 'approval_required', members: { highestTotal: '20.100000' } })
    expect(await codeOf(large)).toBe('approval_required')
    expect((await approvalsOf(database, agentId, 9)).length).toBe(1)
    expect(await usedMicro()).toBe(0n)
    expect(await fund(large)).toBe('approval_required')
    const other = event(3, 20n)
    await admit(other)
    expect(await grant({}, null)).toBe('confirmation_required')
    expect(await grant({ eventHash: 'another' })).toBe('precondition_failed')
    expect(await grant({ highestMicro: 1n })).toBe('precondition_failed')
    expect(await usedMicro()).toBe(0n)
    expect(await grant()).toBe('granted')
    expect(await usedMicro()).toBe(20_100_000n)
    expect(await grant()).toBe('granted')
    expect(await usedMicro()).toBe(20_100_000n)
    expect(await codeOf(other)).toBe('admitted')
    expect(await fund(other)).toBe('funded')
    expect([await usedMicro(), (await newest()).state]).toEqual([20_100_000n, 'used'])
  })

  it('a price that fell is charged as it is, and one that rose above what was approved is refused and given back', async () => {
    const asked = event(1, 20n)
    await admit(asked)
    await grant()
    expect(await fund(event(1, 20n, 900_000n))).toBe('funded')
    expect(await usedMicro()).toBe(18_090_000n)
    await admit(event(2, 20n))
    await grant()
    const dearer = event(2, 20n, 1_000_001n)
    expect(await codeOf(dearer)).toBe('approval_required')
    expect(await fund(dearer)).toBe('approval_required')
    await releaseEvents(world.deps, [cancelled(dearer)])
    expect([await usedMicro(), (await newest()).state]).toEqual([18_090_000n, 'ended'])
  })

  it('a funded event that is given back gives back what its approval was charged, once', async () => {
    const one = event(1, 20n)
    await admit(one)
    await grant()
    expect(await fund(one)).toBe('funded')
    await releaseEvents(world.deps, [cancelled(one)])
    await releaseEvents(world.deps, [cancelled(one)])
    expect(await usedMicro()).toBe(0n)
  })

  it('no grant passes what the mandate has left, also not many at once with trades among them', async () => {
    const large = Array.from({ length: 12 }, (_, n) => event(n, 20n))
    for (const one of large) await admit(one)
    const open = await approvalsOf(database, agentId, 20)
    const granted = await Promise.all(
      open.map(({ approvalId, eventHash, highestMicro }) =>
        again(() =>
          grantApproval(
            world.deps,
            { principal: alice, agentId, approvalId },
            { eventHash, highestMicro },
            { action, confirmation: 'key_2' },
          ),
        ),
      ),
    )
    const small = await Promise.all(Array.from({ length: 20 }, (_, n) => fund(event(100 + n, 9n))))
    expect(granted.filter((one) => one.ok)).toHaveLength(4)
    expect(granted.flatMap((one) => (one.ok ? [] : [one.refusal.code]))).toEqual(Array(8).fill('limit_exceeded'))
    expect(small.filter((one) => one === 'funded')).toHaveLength(2)
    expect(await usedMicro()).toBe(4n * 20_100_000n + 2n * 9_045_000n)
  })

  it('denied and expired approvals let nothing in, and give back what they were charged', async () => {
    await admit(event(1, 20n))
    expect(await deny()).toBe('denied')
    expect([await codeOf(event(1, 20n)), await fund(event(1, 20n))]).toEqual(['approval_required', 'approval_required'])
    expect(await grant()).toBe('precondition_failed')
    await admit(event(2, 20n))
    await grant()
    expect(await deny()).toBe('denied')
    expect(await usedMicro()).toBe(0n)
    await admit(event(3, 20n))
    await grant()
    world.clock.advance(approvalLifeMs)
    expect(await fund(event(3, 20n))).toBe('approval_required')
    await expireApprovals(world.deps)
    await expireApprovals(world.deps)
    expect([
      await cashierModule.queries(database).agentUse(agentId, world.clock.now() - 1),
      (await newest()).state,
    ]).toMatchObject([{ usdtMicro: { perMonth: 0n } }, 'expired'])
  })

  it('a grant, a denial, an expiry and the event itself at once: one of them wins, and the charge is there once or not at all', async () => {
    for (let n = 0; n < 8; n++) {
      await emptyLedger(database)
      await creditClaims(world.deps, [paymentClaimed(900, claim(900, 'alice', 10_000_000_000n))])
      const one = event(n, 20n)
      await admit(one)
      if (n % 2 === 0) await grant()
      await Promise.all([
        again(grant),
        again(deny),
        again(() => expireApprovals(world.deps)),
        n % 4 === 0 ? fund(one) : undefined,
      ])
      const { state } = await newest()
      expect(await usedMicro()).toBe(state === 'granted' || state === 'used' ? 20_100_000n : 0n)
    }
  })

  it('a stopped agent is told so before anything is accepted, and what it was granted is of no use', async () => {
    const one = event(1, 20n)
    await admit(one)
    standing({ usdt: { perDay: 100_000_000n }, approvalAbove: { usdt: 10_000_000n } }, { status: 'paused' })
    expect([await codeOf(one), await grant(), await fund(one)]).toEqual([
      'agent_stopped',
      'agent_stopped',
      'agent_stopped',
    ])
    world.agents.clear()
    expect(await codeOf(one)).toBe('agent_stopped')
  })

  it('an agent has a bounded number of questions open, however many it asks at once', async () => {
    const answers = await Promise.all(Array.from({ length: maxUndecided + 10 }, (_, n) => codeOf(event(n, 20n))))
    expect(answers.filter((code) => code === 'approval_required')).toHaveLength(maxUndecided)
    expect(answers.filter((code) => code === 'too_many_approvals')).toHaveLength(10)
  })

  it('another user, and a key that is limited, approve and deny nothing', async () => {
    await admit(event(1, 20n))
    const { approvalId, eventHash, highestMicro } = await newest()
    const as = async (principal: Principal) => {
      const granted = await grantApproval(
        world.deps,
        { principal, agentId, approvalId },
        { eventHash, highestMicro },
        { action, confirmation: 'k' },
      )
      return granted.ok ? 'granted' : granted.refusal.code
    }
    expect(await as({ ...alice, onliId: 'bob' })).toBe('not_found')
    expect(await as({ ...alice, limits: { agent: agentId } })).toBe('forbidden')
    expect(await as({ ...alice, limits: { unitsPerDay: 1n } })).toBe('forbidden')
    const denied = await denyApproval(world.deps, { principal: { ...alice, onliId: 'bob' }, agentId, approvalId })
    expect(denied.ok).toBe(false)
  })
})
