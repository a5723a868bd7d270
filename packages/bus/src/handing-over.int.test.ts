import { jetstreamManager } from '@nats-io/jetstream'
import type { Topic } from '@species/contracts'
import { natsAnswers, natsUrl } from '@species/testing'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { type Bus, type Consumer, about } from './bus.ts'
import { declaredStreams } from './jetstream-topology.ts'
import { connectNats } from './nats.ts'
import { freshPrefix, openTestBus, removeStreams } from './test-world.ts'

describe.skipIf(!natsAnswers)('handing over within a process [needs NATS]', () => {
  const used: string[] = []
  afterAll(() => removeStreams(used))
  const changed = (key: string) => about('config.changed', { trace: 't' }, { key, partitionKey: key }, { version: 1 })
  const next = (key: string) => about('access.changed', { trace: 't' }, { key, partitionKey: key }, { onliId: 'alice' })

  /** A consumer that answers nothing. */
  function working<T extends Topic>(name: string, topic: T, heard: string[]): Consumer<T> {
    return {
      name,
      topic,
      maxBatch: 10,
      handle: async (batch) => {
        heard.push(...batch.map((message) => message.key))
        return []
      },
    }
  }

  /** A first consumer that answers each message with one for a second, which does what it is told. */
  async function chain(
    prefix: string,
    second: (keys: string[]) => Promise<void>,
    prepare?: (bus: Bus) => void,
  ): Promise<{ bus: Bus; first: string[] }> {
    const bus = await openTestBus(prefix)
    prepare?.(bus)
    const first: string[] = []
    bus.subscribe({
      name: 'first',
      topic: 'config.changed',
      maxBatch: 10,
      handle: async (batch) => {
        first.push(...batch.map((message) => message.key))
        return batch.map((message) => next(message.key))
      },
    })
    bus.subscribe({
      name: 'second',
      topic: 'access.changed',
      maxBatch: 10,
      handle: async (batch) => {
        await second(batch.map((message) => message.key))
        return []
      },
    })
    await bus.start()
    return { bus, first }
  }

  it('sends nothing over the server, and acknowledges once everything is done', async () => {
    const prefix = freshPrefix()
    used.push(prefix)
    const connection = await connectNats({ url: natsUrl })
    const passed: string[] = []
    connection.subscribe(`${prefix}.>`, { callback: (_error, message) => void passed.push(message.subject) })
    await connection.flush()
    const second: string[] = []
    const { bus } = await chain(prefix, async (keys) => void second.push(...keys))
    await bus.publish(['a', 'b'].map(changed))
    await vi.waitFor(() => {
      expect(second.sort()).toEqual(['a', 'b'])
    })
    const manager = await jetstreamManager(connection)
    await vi.waitFor(async () => {
      expect((await manager.streams.info(declaredStreams(prefix, 1)[1]?.name ?? '')).state.messages).toBe(0)
    })
    expect(passed.filter((subject) => subject.includes('access.changed'))).toEqual([])
    await bus.close()
    await connection.close()
  })

  it('brings the first message again, elsewhere, where the process stopped before the second was done', async () => {
    const prefix = freshPrefix()
    used.push(prefix)
    let begun = false
    const dying = await chain(prefix, () => {
      begun = true
      return Promise.reject(Object.assign(new Error('its database is down'), { code: 'ECONNREFUSED' }))
    })
    await dying.bus.publish([changed('a')])
    await vi.waitFor(() => {
      expect(begun).toBe(true)
    })
    await dying.bus.close()
    const second: string[] = []
    const heir = await chain(prefix, async (keys) => void second.push(...keys))
    await vi.waitFor(() => {
      expect([heir.first, second]).toEqual([['a'], ['a']])
    })
    await heir.bus.close()
  })

  it('sends what others work on too', async () => {
    const prefix = freshPrefix()
    used.push(prefix)
    const other = await openTestBus(prefix)
    const elsewhere: string[] = []
    other.declare({ name: 'first', topic: 'config.changed' })
    other.declare({ name: 'second', topic: 'access.changed' })
    other.subscribe(working('third', 'access.changed', elsewhere))
    await other.start()
    const here: string[] = []
    const { bus } = await chain(
      prefix,
      async (keys) => void here.push(...keys),
      (it) => {
        it.declare({ name: 'third', topic: 'access.changed' })
      },
    )
    await bus.publish([changed('a')])
    await vi.waitFor(() => {
      expect([here, elsewhere]).toEqual([['a'], ['a']])
    })
    await bus.close()
    await other.close()
  })

  it('sends what a listener in this process listens to', async () => {
    const prefix = freshPrefix()
    used.push(prefix)
    const heard: string[] = []
    const second: string[] = []
    const { bus } = await chain(
      prefix,
      async (keys) => void second.push(...keys),
      (it) => it.tap('access.changed', ({ key }) => heard.push(key)),
    )
    await bus.publish([changed('a')])
    await vi.waitFor(() => {
      expect([heard, second]).toEqual([['a'], ['a']])
    })
    await bus.close()
  })

  it('keeps its steps from listeners in another process: they hear the first that leaves it, and the end always does', async () => {
    const prefix = freshPrefix()
    used.push(prefix)
    const key = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f'
    const end = { eventKey: key, owner: 'alice', eventId: 'event-0001', receiptId: 'r', parties: ['alice'] }
    const listener = await openTestBus(prefix)
    const elsewhere: string[] = []
    for (const topic of ['config.changed', 'access.changed', 'completed'] as const)
      listener.tap(topic, (message) => elsewhere.push(message.topic))
    const bus = await openTestBus(prefix)
    const done: string[] = []
    bus.subscribe({ ...working('first', 'config.changed', done), handle: async () => [next(key)] })
    bus.subscribe({
      ...working('second', 'access.changed', done),
      handle: async () => [{ topic: 'completed', key, partition: 0, trace: 't', body: end }],
    })
    bus.subscribe(working('third', 'completed', done))
    await Promise.all([listener.start(), bus.start()])
    await bus.publish([changed(key)])
    await vi.waitFor(() => {
      expect([done, elsewhere]).toEqual([[key], ['config.changed', 'completed']])
    })
    await bus.close()
    await listener.close()
  })
})
