import { type Bus, type Message, about } from '@species/bus'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

/** What was parked, and how often each key failed alone. */
export interface RememberedLetters {
  readonly attempts: Map<string, number>
  readonly parked: { consumer: string; key: string; cause: string }[]
}

export interface BusUnderTest {
  /** A bus of a process of its own; all of one test speak to each other where the implementation lets processes do so. */
  open(letters: RememberedLetters): Promise<Bus>
  /** Whether several buses share messages. */
  readonly shared: boolean
  /** Whether each consumer has a body of its own, so that it may do with it what it likes. */
  readonly copies: boolean
  /** Before each test: nothing of an earlier one is left. */
  reset?(): Promise<void>
  dispose?(): Promise<void>
}

/** What every bus promises: run on each implementation. */
export function describeBus(name: string, answers: boolean, under: BusUnderTest): void {
  const only = (holds: boolean): ((name: string, test: () => Promise<void>) => void) => (holds ? it : () => undefined)
  const itShared = only(under.shared)
  const itCopies = only(under.copies)
  describe.skipIf(!answers)(`the contract of a bus: ${name}`, () => {
    let letters: RememberedLetters
    let open: Bus[] = []
    const start = async (...prepare: ((bus: Bus) => void)[]): Promise<Bus> => {
      const bus = await under.open(letters)
      open.push(bus)
      for (const one of prepare) one(bus)
      await bus.start()
      return bus
    }

    afterAll(async () => {
      await under.dispose?.()
    })
    beforeEach(async () => {
      letters = { attempts: new Map(), parked: [] }
      await under.reset?.()
    })
    afterEach(async () => {
      await Promise.all(open.map((bus) => bus.close()))
      open = []
    })

    const heardByTwo = async (): Promise<Message[]> => {
      const heard: Message[] = []
      const bus = await start(...['one', 'two'].map((consumer) => listen(consumer, (batch) => heard.push(...batch))))
      await bus.publish([changed('a')])
      await eventually(() => {
        expect(heard).toHaveLength(2)
      })
      return heard
    }

    it('gives every consumer its own message, with its topic, key, partition, trace and body', async () => {
      const { partition } = changed('a')
      for (const one of await heardByTwo())
        expect(one).toMatchObject({ topic: 'config.changed', key: 'a', partition, trace: 't', body: { version: 1 } })
    })

    itCopies('gives every consumer a body of its own', async () => {
      const [one, two] = await heardByTwo()
      expect(one?.body).not.toBe(two?.body)
    })

    it('gives a batch each key once, at most as many as asked for, and in the order of the keys', async () => {
      const batches: string[][] = []
      const bus = await start(listen('one', (batch) => batches.push(batch.map((one) => one.key)), 4))
      await bus.publish('jihgfedcbaabc'.split('').map(changed))
      await eventually(() => {
        expect(batches.flat()).toHaveLength(13)
      })
      for (const batch of batches) {
        expect(batch.length).toBeLessThanOrEqual(4)
        expect([...new Set(batch)].sort()).toEqual(batch)
      }
      expect(batches.flat().sort().join('')).toBe('aabbccdefghij')
    })

    it('never runs two batches of one consumer at once in one process', async () => {
      let running = 0
      let most = 0
      let count = 0
      const bus = await start((it) => {
        it.subscribe({
          name: 'one',
          topic: 'config.changed',
          maxBatch: 2,
          handle: async (batch) => {
            most = Math.max(most, ++running)
            await new Promise((resolve) => setTimeout(resolve, 2))
            running--
            count += batch.length
            return []
          },
        })
      })
      for (const key of 'abcdefgh') await bus.publish([changed(key)])
      await eventually(() => {
        expect(count).toBe(8)
      })
      expect(most).toBe(1)
    })

    it('acknowledges only after the answer is published: a publication that fails brings the input again', async () => {
      let times = 0
      const answers: string[] = []
      const bus = await start((it) => {
        it.subscribe({
          name: 'one',
          topic: 'config.changed',
          maxBatch: 10,
          handle: async (batch) => {
            times++
            if (times === 1) throw Object.assign(new Error('the bus was away'), { code: 'ECONNRESET' })
            return batch.map((one) =>
              about('access.changed', one, { key: one.key, partitionKey: one.key }, { onliId: 'alice' }),
            )
          },
        })
        it.subscribe({
          name: 'two',
          topic: 'access.changed',
          maxBatch: 10,
          handle: async (batch) => {
            answers.push(...batch.map((one) => one.key))
            return []
          },
        })
      })
      await bus.publish([changed('a')])
      await eventually(() => {
        expect(answers).toEqual(['a'])
      })
      expect([times, letters.attempts.size]).toEqual([2, 0])
    })

    it('gives a poisonous message again and then parks it; the others are worked on', async () => {
      const heard = new Set<string>()
      const bus = await start(
        listen('one', (batch) => {
          if (batch.some((one) => one.key === 'bad')) throw new Error('poison')
          for (const one of batch) heard.add(one.key)
        }),
      )
      await bus.publish(['a', 'bad', 'c'].map(changed))
      await eventually(() => {
        expect(letters.parked).toEqual([{ consumer: 'one', key: 'bad', cause: 'Error: poison' }])
      })
      expect([...heard].sort()).toEqual(['a', 'c'])
      await eventually(() => {
        expect([...bus.backlog().values()]).toEqual([0])
      })
    })

    it('lets a listener hear what passes, until he stops', async () => {
      const heard: string[] = []
      const bus = await start()
      const stop = bus.tap('config.changed', (message) => heard.push(message.key))
      await settled()
      await bus.publish([changed('a')])
      await eventually(() => {
        expect(heard).toEqual(['a'])
      })
      stop()
      await bus.publish([changed('b')])
      await settled()
      expect(heard).toEqual(['a'])
    })

    it('lets what runs finish before it closes, and starts nothing after', async () => {
      const log: string[] = []
      const begun = Promise.withResolvers<undefined>()
      const bus = await start((it) => {
        it.subscribe({
          name: 'one',
          topic: 'config.changed',
          maxBatch: 1,
          handle: async (batch) => {
            begun.resolve(undefined)
            await new Promise((resolve) => setTimeout(resolve, 20))
            log.push(...batch.map((one) => one.key))
            return []
          },
        })
      })
      await bus.publish(['a', 'b'].map(changed))
      await begun.promise
      await bus.close()
      const after = log.length
      await settled()
      expect([after, log.length]).toEqual([1, 1])
    })

    it('carries an event’s quantities as they are', async () => {
      const heard: unknown[] = []
      const claim = {
        chain: 'ETH' as const,
        hash: `0x${'a'.repeat(64)}`,
        logIndex: 3,
        payer: 'alice',
        amountMicro: 9_007_199_254_740_993n,
        fromAddress: '0x1',
        toAddress: '0x2',
        blockNumber: 7,
        blockTimeMs: 1,
      }
      const body = { eventKey: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f', claim }
      const bus = await start((it) => {
        it.subscribe({
          name: 'one',
          topic: 'payment.claimed',
          maxBatch: 10,
          handle: async (batch) => {
            heard.push(...batch.map((one) => one.body))
            return []
          },
        })
      })
      await bus.publish([about('payment.claimed', { trace: 't' }, { key: 'k', partitionKey: 'alice' }, body)])
      await eventually(() => {
        expect(heard).toEqual([body])
      })
    })

    itShared('shares the work of one consumer among processes', async () => {
      const heard: string[][] = [[], []]
      const buses = await Promise.all(
        heard.map((list) => start(listen('one', (batch) => list.push(...batch.map((one) => one.key)), 1))),
      )
      const keys = Array.from({ length: 200 }, (_, index) => `k${index}`)
      await buses[0]?.publish(keys.map(changed))
      await eventually(() => {
        expect(heard.flat()).toHaveLength(200)
      })
      expect(heard.flat().sort()).toEqual(keys.sort())
      for (const list of heard) expect(list.length).toBeGreaterThan(0)
    })

    itShared('keeps what is published for a consumer that is declared and not yet there', async () => {
      const first = await start((bus) => {
        bus.declare({ name: 'late', topic: 'config.changed' })
      })
      await first.publish([changed('a')])
      const heard: string[] = []
      await start(listen('late', (batch) => heard.push(...batch.map((one) => one.key))))
      await eventually(() => {
        expect(heard).toEqual(['a'])
      })
    })

    itShared('gives what a process left unfinished to another', async () => {
      const away = Object.assign(new Error('its database is away'), { code: 'ECONNREFUSED' })
      let begun = false
      const first = await start((bus) => {
        bus.subscribe({
          name: 'one',
          topic: 'config.changed',
          maxBatch: 10,
          handle: () => {
            begun = true
            return Promise.reject(away)
          },
        })
      })
      await first.publish([changed('a')])
      await eventually(() => {
        expect(begun).toBe(true)
      })
      await first.close()
      const heard: string[] = []
      await start(listen('one', (batch) => heard.push(...batch.map((one) => one.key))))
      await eventually(() => {
        expect(heard).toEqual(['a'])
      })
    })
  })
}

const changed = (key: string) => about('config.changed', { trace: 't' }, { key, partitionKey: key }, { version: 1 })

const listen =
  (name: string, hear: (batch: readonly Message[]) => unknown, maxBatch = 10) =>
  (bus: Bus): void => {
    bus.subscribe({
      name,
      topic: 'config.changed',
      maxBatch,
      handle: async (batch) => {
        hear(batch)
        return []
      },
    })
  }

const eventually = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 10 })
const settled = () => new Promise((resolve) => setTimeout(resolve, 100))
