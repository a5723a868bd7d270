import type { ConfigQueries, MarketplaceConfig } from '@species/contracts'
import { about, createInProcessBus } from '@species/bus'
import { createMetrics, silentLogger, systemIds } from '@species/platform'
import { manualClock } from '@species/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { createConfigReader } from './config-reader.ts'

const deadLetters = { countAttempt: async () => 1, park: async () => undefined }
const fake = (version: number): MarketplaceConfig =>
  ({ treasuryPrice: String(version) }) as unknown as MarketplaceConfig

let newest: number
let asked: number
let away: boolean
const answer = <T>(value: T): Promise<T> => {
  asked++
  return away ? Promise.reject(new Error('connection refused')) : Promise.resolve(value)
}
const queries: ConfigQueries = {
  latest: async () => await answer({ version: newest, config: fake(newest) }),
  lastReadable: async () => await answer({ version: newest, config: fake(newest), newest }),
  at: async (version) => await answer(fake(version)),
  chainHistory: async (after, upTo) =>
    await answer(
      Array.from({ length: upTo - after }, (_, index) => ({
        version: after + index + 1,
        sinceMs: after + index + 1,
        chains: fake(0).chains,
      })),
    ),
}
const world = () => {
  const clock = manualClock()
  const bus = createInProcessBus({
    log: silentLogger,
    deadLetters,
    maxAttempts: 1,
    ids: systemIds,
    metrics: createMetrics(),
  })
  return { clock, bus, reader: createConfigReader({ queries, bus, clock }) }
}

beforeEach(() => {
  newest = 1
  asked = 0
  away = false
})

describe('the newest config', () => {
  test('is asked for once a second, however many read it', async () => {
    const { reader, clock } = world()
    await Promise.all(Array.from({ length: 20 }, () => reader.current()))
    clock.advance(999)
    await reader.current()
    expect(asked).toBe(1)
    clock.advance(1)
    await reader.current()
    expect(asked).toBe(2)
  })

  test.each([-3_600_000, -400, 3_600_000])(
    'is known a second after it changed, although the clock was set by %d ms meanwhile',
    async (stepMs) => {
      const { reader, clock } = world()
      await reader.current()
      newest = 2
      clock.advance(600)
      clock.step(stepMs)
      clock.advance(399)
      expect((await reader.current()).version).toBe(1)
      clock.advance(1)
      expect((await reader.current()).version).toBe(2)
    },
  )

  test('is known a second after it changed, although every message was lost', async () => {
    const { reader, clock } = world()
    await reader.current()
    newest = 2
    clock.advance(1_000)
    expect((await reader.current()).version).toBe(2)
  })

  test('is known at once where the message was heard', async () => {
    const { reader, bus } = world()
    await reader.current()
    newest = 2
    await bus.publish([
      about('config.changed', { trace: 't' }, { key: 'config-2', partitionKey: 'config' }, { version: 2 }),
    ])
    expect((await reader.current()).version).toBe(2)
  })

  test('is refused, and not guessed, when the primary cannot be asked within the lease', async () => {
    const { reader, clock } = world()
    await reader.current()
    away = true
    clock.advance(999)
    expect((await reader.current()).version).toBe(1)
    clock.advance(1)
    await expect(reader.current()).rejects.toMatchObject({ code: 'config_unavailable', retryable: true })
    away = false
    expect((await reader.current()).version).toBe(1)
  })
})

describe('a pinned version', () => {
  test('is asked for once and answered for ever, whether the primary is there or not', async () => {
    const { reader, clock } = world()
    await Promise.all([reader.at(7), reader.at(7)])
    away = true
    clock.advance(86_400_000)
    expect(await reader.at(7)).toEqual(fake(7))
    expect(asked).toBe(1)
  })

  test('that could not be read is asked for again', async () => {
    const { reader } = world()
    away = true
    await expect(reader.at(7)).rejects.toThrow('refused')
    away = false
    expect(await reader.at(7)).toEqual(fake(7))
  })
})

describe('what the chains’ settings were', () => {
  test('is asked for once, and later only for what changed since', async () => {
    const { reader, clock } = world()
    newest = 2
    expect((await reader.chainHistory()).map(({ version }) => version)).toEqual([1, 2])
    await reader.chainHistory()
    expect(asked).toBe(2)
    newest = 4
    clock.advance(1_000)
    const both = await Promise.all([reader.chainHistory(), reader.chainHistory()])
    for (const history of both) expect(history.map(({ version }) => version)).toEqual([1, 2, 3, 4])
  })
})
