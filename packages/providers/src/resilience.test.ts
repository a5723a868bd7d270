import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { PartnerIll, createGuard, wasNotMade } from './resilience.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** A partner that does what it is told, and counts how often it was really called. */
function partner(tries = 1, atOnce = 100) {
  const guard = createGuard({ timeoutMs: 1_000, atOnce, tries })
  const counted = { reached: 0 }
  const call = async (what: 'works' | 'fails' | 'hangs' | 'cannot be used'): Promise<string> => {
    const answer = guard(async () => {
      counted.reached++
      if (what === 'hangs') return await new Promise<string>(() => undefined)
      if (what === 'fails') throw new PartnerIll('down')
      if (what === 'cannot be used') throw new Error('too large')
      return 'answer'
    })
    const settled = answer.then(
      () => 'answered',
      (error: unknown) => (error as Error).constructor.name,
    )
    await vi.advanceTimersByTimeAsync(what === 'hangs' ? 1_000 : 0)
    return await settled
  }
  return { guard, call, counted }
}
const open = 'BrokenCircuitError'

describe('the breaker', () => {
  test.each([
    ['two failures are too few', ['fails', 'fails'], false],
    ['three failures open it', ['fails', 'fails', 'fails'], true],
    ['sixty per cent of five open it', ['works', 'works', 'fails', 'fails', 'fails'], true],
    ['less than sixty per cent do not', ['works', 'works', 'works', 'fails', 'fails', 'fails'], false],
    ['what hangs has failed', ['hangs', 'hangs', 'hangs'], true],
    ['answers that cannot be used do not', Array<'cannot be used'>(50).fill('cannot be used'), false],
    [
      'answers that cannot be used are calls that worked',
      ['cannot be used', 'cannot be used', 'cannot be used', 'fails', 'fails', 'fails'],
      false,
    ],
  ] as const)('%s', async (_name, calls, opens) => {
    const { call, counted } = partner()
    for (const what of calls) await call(what)
    expect(await call('works')).toBe(opens ? open : 'answered')
    expect(counted.reached).toBe(calls.length + (opens ? 0 : 1))
  })

  test('failures of an earlier window do not add up with later ones', async () => {
    const { call } = partner()
    await call('fails')
    await call('fails')
    await vi.advanceTimersByTimeAsync(10_000)
    await call('fails')
    expect(await call('works')).toBe('answered')
  })

  test('it tells whether calls are cut off: from the first failure too many until the last probe has worked', async () => {
    const told: boolean[] = []
    const guard = createGuard({ timeoutMs: 1_000, atOnce: 1, tries: 1, onBreaker: (isOpen) => told.push(isOpen) })
    for (let call = 0; call < 3; call++)
      await guard(() => Promise.reject(new PartnerIll('down'))).catch(() => undefined)
    expect(told).toEqual([false, true])
    await vi.advanceTimersByTimeAsync(30_000)
    for (let probe = 0; probe < 2; probe++) await guard(() => Promise.resolve())
    expect(told.at(-1)).toBe(true)
    await guard(() => Promise.resolve())
    expect(told.at(-1)).toBe(false)
  })

  test('it stays open for thirty seconds and closes after three probes that work', async () => {
    const { call, counted } = partner()
    for (const what of ['fails', 'fails', 'fails'] as const) await call(what)
    await vi.advanceTimersByTimeAsync(29_999)
    expect(await call('works')).toBe(open)
    await vi.advanceTimersByTimeAsync(1)
    for (let probe = 0; probe < 3; probe++) expect(await call('works')).toBe('answered')
    // Closed: a single failure opens nothing.
    await call('fails')
    expect(await call('works')).toBe('answered')
    expect(counted.reached).toBe(8)
  })

  test('what it refuses was not made, what failed was', async () => {
    const { guard, call } = partner()
    const failure = await guard(() => Promise.reject(new PartnerIll('down'))).catch((error: unknown) => error)
    for (const what of ['fails', 'fails'] as const) await call(what)
    const refusal = await guard(() => Promise.resolve('answer')).catch((error: unknown) => error)
    expect([wasNotMade(failure), wasNotMade(refusal)]).toEqual([false, true])
  })

  test('one probe that fails opens it again', async () => {
    const { call } = partner()
    for (const what of ['fails', 'fails', 'fails'] as const) await call(what)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(await call('works')).toBe('answered')
    await call('fails')
    expect(await call('works')).toBe(open)
  })
})

describe('a call', () => {
  test('that may be tried twice is, and what works the second time has worked', async () => {
    const { guard } = partner(2)
    let reached = 0
    const answer = guard(() => (++reached === 1 ? Promise.reject(new PartnerIll('slip')) : Promise.resolve('answer')))
    await vi.advanceTimersByTimeAsync(2_000)
    expect(await answer).toBe('answer')
    expect(reached).toBe(2)
  })

  test('whose answer cannot be used is not made again: it would be the same', async () => {
    const { call, counted } = partner(2)
    expect(await call('cannot be used')).toBe('Error')
    await vi.advanceTimersByTimeAsync(2_000)
    expect(counted.reached).toBe(1)
  })

  test('that changes something is sent once', async () => {
    const { call, counted } = partner(1)
    await call('fails')
    await vi.advanceTimersByTimeAsync(5_000)
    expect(counted.reached).toBe(1)
  })

  test('beyond the places at once and in the queue is refused at once', async () => {
    const { guard } = partner(1, 1)
    let letGo: () => void = () => undefined
    const held = new Promise<void>((resolve) => (letGo = resolve))
    const waiting = Array.from({ length: 11 }, () => guard(() => held))
    await expect(guard(() => held)).rejects.toThrow(/[Bb]ulkhead/)
    letGo()
    await Promise.all(waiting)
  })
})
