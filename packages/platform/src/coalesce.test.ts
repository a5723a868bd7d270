import { describe, expect, test } from 'vitest'
import { type Pace, coalesce } from './coalesce.ts'

/** Batches as they were handled, and a pace whose time is set. */
function setUp(pace?: { ms: number }) {
  const batches: string[][] = []
  let nowMs = 0
  let due: { atMs: number; act: () => void }[] = []
  const ownPace: Pace | undefined = pace && {
    ms: pace.ms,
    now: () => nowMs,
    later: (ms, act) => void due.push({ atMs: nowMs + ms, act }),
  }
  const ask = coalesce<string, string>(
    async (items) => {
      batches.push([...items])
      return items.map((item) => item.toUpperCase())
    },
    { maxBatch: 3, atOnce: 1, pace: ownPace },
  )
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  return {
    ask,
    batches,
    turn,
    at: async (ms: number): Promise<void> => {
      nowMs = ms
      const ready = due.filter((one) => one.atMs <= ms)
      due = due.filter((one) => one.atMs > ms)
      for (const { act } of ready) act()
      await turn()
    },
  }
}

describe('single calls', () => {
  test('that come together go together, and each has its own answer', async () => {
    const { ask, batches } = setUp()
    expect(await Promise.all([ask('a'), ask('b'), ask('c'), ask('d')])).toEqual(['A', 'B', 'C', 'D'])
    expect(batches).toEqual([['a', 'b', 'c'], ['d']])
  })

  test('do not wait without a pace', async () => {
    const { ask, batches, turn } = setUp()
    for (const one of ['a', 'b']) {
      void ask(one)
      await turn()
    }
    expect(batches).toEqual([['a'], ['b']])
  })

  test('wait for the pace, and no longer than that', async () => {
    const { ask, batches, turn, at } = setUp({ ms: 3 })
    void ask('a')
    await turn()
    void ask('b')
    await at(2)
    void ask('c')
    await turn()
    expect(batches).toEqual([['a']])
    await at(3)
    expect(batches).toEqual([['a'], ['b', 'c']])
  })

  test('wait for no pace once they fill a batch', async () => {
    const { ask, batches, turn } = setUp({ ms: 3 })
    void ask('a')
    await turn()
    for (const one of ['b', 'c', 'd']) void ask(one)
    await turn()
    expect(batches).toEqual([['a'], ['b', 'c', 'd']])
  })

  /** Stores letters, as a database would: a batch with `!` in it as a whole not at all. */
  function storing(fault: Error): { ask: (item: string) => Promise<string>; stored: string[] } {
    const stored: string[] = []
    const ask = coalesce<string, string>(
      async (items) => {
        if (items.includes('!')) throw fault
        stored.push(...items)
        return items.map((item) => (item === '?' ? new Error('no answer') : item.toUpperCase()))
      },
      { maxBatch: 10, atOnce: 1 },
    )
    return { ask, stored }
  }
  const wordsOf = async (calls: readonly Promise<string>[]): Promise<string[]> =>
    (await Promise.allSettled(calls)).map((one) =>
      one.status === 'fulfilled' ? one.value : (one.reason as Error).message,
    )

  test('that cannot be stored fail alone; strangers of the same batch are stored once and answered', async () => {
    const { ask, stored } = storing(Object.assign(new Error('unsupported Unicode escape sequence'), { code: '22P05' }))
    expect(await wordsOf(['a', '!', 'b', 'c'].map(ask))).toEqual(['A', 'unsupported Unicode escape sequence', 'B', 'C'])
    expect(stored).toEqual(['a', 'b', 'c'])
  })

  test('are told of a transient failure together, and nothing is tried again', async () => {
    const { ask, stored } = storing(Object.assign(new Error('away'), { code: 'ECONNRESET' }))
    expect(await wordsOf(['a', '!', 'b'].map(ask))).toEqual(['away', 'away', 'away'])
    expect(stored).toEqual([])
  })

  test('have an error of their own where that is their answer', async () => {
    const { ask } = storing(new Error())
    expect(await wordsOf(['a', '?', 'b'].map(ask))).toEqual(['A', 'no answer', 'B'])
  })
})
