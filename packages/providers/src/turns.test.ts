import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createPartnerWatch } from './partner-watch.ts'
import { PartnerIll, createGuard } from './resilience.ts'
import { type Turns, createTurns } from './turns.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** Notes the lanes in the order in which their calls begin. */
function noted(turns: Turns, options: { readonly holdMs?: number; readonly wasMade?: boolean } = {}) {
  const begun: string[] = []
  const refused: string[] = []
  const ask = (lane: string): void => {
    void turns.take(lane).then(
      (over) => {
        begun.push(lane)
        setTimeout(() => {
          over(options.wasMade ?? true)
        }, options.holdMs ?? 1)
      },
      () => refused.push(lane),
    )
  }
  return { ask, begun, refused }
}
const pass = async (ms: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(ms)
}

describe('turns', () => {
  test('in any second no more calls begin than the partner allows', async () => {
    const turns = createTurns({ atOnce: 100, perSecond: 10, waitingPerLane: 1_000 })
    const at: number[] = []
    const ask = async (): Promise<void> => {
      const over = await turns.take('payments')
      at.push(performance.now())
      over(true)
    }
    const asked = Array.from({ length: 45 }, ask)
    await pass(4_000)
    await Promise.all(asked)
    expect(at).toHaveLength(45)
    for (const from of at) expect(at.filter((ms) => ms >= from && ms < from + 1_000).length).toBeLessThanOrEqual(10)
  })

  test('a lane with much to ask does not delay a lane with little', async () => {
    const turns = createTurns({ atOnce: 1, waitingPerLane: 1_000 })
    const { ask, begun } = noted(turns)
    for (let call = 0; call < 50; call++) ask('lists')
    for (let call = 0; call < 3; call++) ask('payments')
    await pass(100)
    expect(begun.lastIndexOf('payments')).toBeLessThanOrEqual(6)
    expect(begun).toHaveLength(53)
  })

  test('a full lane is refused at once, and another is not', async () => {
    const turns = createTurns({ atOnce: 1, waitingPerLane: 2 })
    const { ask, refused } = noted(turns, { holdMs: 100 })
    for (let call = 0; call < 4; call++) ask('lists')
    ask('payments')
    await pass(0)
    expect(refused).toEqual(['lists'])
    expect(turns.waiting()).toBe(3)
  })

  test('a turn that does not come in time is refused, and takes none later', async () => {
    const turns = createTurns({ atOnce: 1, waitingPerLane: 10 })
    const { ask, begun, refused } = noted(turns, { holdMs: 60_000 })
    ask('a')
    ask('b')
    await pass(5_000)
    expect([begun, refused, turns.waiting()]).toEqual([['a'], ['b'], 0])
    await pass(60_000)
    expect(begun).toEqual(['a'])
  })

  test('a call that was not made leaves its turn to another', async () => {
    const turns = createTurns({ atOnce: 1, perSecond: 2, waitingPerLane: 100 })
    const { ask, begun } = noted(turns, { wasMade: false })
    for (let call = 0; call < 20; call++) ask('a')
    await pass(100)
    expect(begun).toHaveLength(20)
  })
})

describe('a guard', () => {
  test('makes no call before the time that a 429 has named, and tries again then', async () => {
    const guard = createGuard({ timeoutMs: 1_000, atOnce: 10, tries: 2 })
    const at: number[] = []
    const startMs = performance.now()
    const answer = guard(async () => {
      at.push(performance.now() - startMs)
      if (at.length === 1) throw new PartnerIll('HTTP 429', { retryAfterMs: 3_000 })
      return 'answer'
    })
    await pass(2_999)
    expect(at).toHaveLength(1)
    await pass(1_000)
    expect(await answer).toBe('answer')
    expect(at).toHaveLength(2)
  })

  test('tells operators the state, since when, the last answer and what waits', async () => {
    let nowMs = 1_000
    const watch = createPartnerWatch({ now: () => nowMs })
    const guard = createGuard({
      timeoutMs: 1_000,
      atOnce: 1,
      tries: 1,
      onBreaker: (_isOpen, state) => {
        watch.breaker('tron', state)
      },
      onAnswer: (ms) => {
        watch.answered('tron', ms)
      },
      onQueue: (waiting) => {
        watch.queue('tron', waiting)
      },
    })
    const held = Promise.withResolvers<string>()
    const [first, second] = [guard(() => held.promise), guard(() => Promise.resolve('b'))]
    await pass(250)
    expect(watch.lines()).toMatchObject([{ breaker: 'tron', state: 'closed', sinceMs: 1_000, waiting: 1 }])
    held.resolve('a')
    await Promise.all([first, second])
    nowMs = 9_000
    for (let call = 0; call < 4; call++)
      await guard(() => Promise.reject(new PartnerIll('down'))).catch(() => undefined)
    expect(watch.lines()).toEqual([
      { breaker: 'tron', state: 'open', sinceMs: 9_000, latencyMs: 0, answeredAtMs: 1_000, waiting: 0 },
    ])
  })
})
