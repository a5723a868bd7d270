import { natsAnswers, natsUrl } from '@species/testing'
import { describeBus } from '@species/testing/contracts'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { type Bus, type Outgoing, about } from './bus.ts'
import { connectNats, replicasFor } from './nats.ts'
import { freshPrefix, openTestBus, removeStreams } from './test-world.ts'

const used: string[] = []
const newPrefix = (): string => {
  const prefix = freshPrefix()
  used.push(prefix)
  return prefix
}
let prefix = ''
describeBus('over JetStream [needs NATS]', natsAnswers, {
  shared: true,
  copies: true,
  reset: async () => {
    prefix = newPrefix()
  },
  open: (letters) => openTestBus(prefix, { letters }),
  dispose: () => removeStreams(used),
})

const message = about('config.changed', { trace: 't' }, { key: 'a', partitionKey: 'a' }, { version: 1 })
/** A bus with one consumer, and what that has heard. */
async function listening(prefix: string): Promise<{ bus: Bus; heard: string[] }> {
  const bus = await openTestBus(prefix)
  const heard: string[] = []
  bus.subscribe({
    name: 'one',
    topic: 'config.changed',
    maxBatch: 10,
    handle: async (batch) => {
      heard.push(...batch.map((one) => one.key))
      return []
    },
  })
  await bus.start()
  return { bus, heard }
}

describe.skipIf(!natsAnswers)('streams that vanish with their storage [needs NATS]', () => {
  afterAll(() => removeStreams(used))

  it('are made again, and messages flow on', async () => {
    const lost = newPrefix()
    const { bus, heard } = await listening(lost)
    await removeStreams([lost])
    await vi.waitFor(
      async () => {
        await bus.publish([message])
        expect(heard).toContain('a')
      },
      { timeout: 15_000, interval: 200 },
    )
    await bus.close()
  })

  it('cost nothing that was published meanwhile: it is refused, kept, and sent when they are there again', async () => {
    const lost = newPrefix()
    const { bus, heard } = await listening(lost)
    await removeStreams([lost])
    await expect(bus.publish([message])).rejects.toMatchObject({ code: 'bus_unavailable', retryable: true })
    await vi.waitFor(
      () => {
        expect(heard).toEqual(['a'])
      },
      { timeout: 10_000, interval: 50 },
    )
    await bus.close()
  })
})

it.skipIf(!natsAnswers)(
  'a frame that cannot be read is given again later, and the others are worked on meanwhile [needs NATS]',
  async () => {
    const mixed = newPrefix()
    const { bus, heard } = await listening(mixed)
    const connection = await connectNats({ url: natsUrl })
    for (const garbage of ['', 'null', '[]', '[{"key":"x"}]', '[{"key":"x","trace":"t","body":{"version":"1"}}]'])
      await connection.request(`${mixed}.config.changed.v1.3`, garbage)
    await bus.publish([message])
    await vi.waitFor(() => {
      expect(heard).toEqual(['a'])
    })
    await connection.close()
    await bus.close()
    await removeStreams([mixed])
  },
)

describe.skipIf(!natsAnswers)('a message that the server can never take [needs NATS]', () => {
  const huge: Outgoing<'completed'> = {
    topic: 'completed',
    key: 'big',
    partition: 0,
    trace: 't',
    body: {
      eventKey: '01900000-0000-7000-8000-000000000001',
      owner: 'alice',
      eventId: 'event-001',
      receiptId: 'r',
      parties: Array.from({ length: 20_000 }, () => 'p'.repeat(64)),
    },
  }
  afterAll(() => removeStreams(used))

  it('is refused for good, and those published with it are sent', async () => {
    const { bus, heard } = await listening(newPrefix())
    await expect(bus.publish([huge, message])).rejects.toMatchObject({ code: 'message_too_large', retryable: false })
    await vi.waitFor(() => {
      expect(heard).toEqual(['a'])
    })
    await bus.close()
  })

  it('as an answer parks its event alone, while the others of its batch and those after it go on', async () => {
    const letters = { attempts: new Map<string, number>(), parked: [] as { key: string; cause: string }[] }
    const bus = await openTestBus(newPrefix(), { letters: letters as never })
    const ended: string[] = []
    bus.subscribe({
      name: 'answers',
      topic: 'config.changed',
      maxBatch: 10,
      handle: async (batch) =>
        batch.map((one) => ({
          ...huge,
          key: one.key,
          body: { ...huge.body, ...(one.key === 'big' ? {} : { parties: [] }) },
        })),
    })
    bus.subscribe({
      name: 'hears',
      topic: 'completed',
      maxBatch: 10,
      handle: async (batch) => {
        ended.push(...batch.map((one) => one.key))
        return []
      },
    })
    await bus.start()
    await bus.publish(['a', 'big', 'c'].map((key) => ({ ...message, key })))
    await vi.waitFor(() => {
      expect(letters.parked).toEqual([
        { consumer: 'answers', key: 'big', cause: 'Fault: A message is larger than the bus takes.' },
      ])
    })
    await bus.publish([{ ...message, key: 'd' }])
    await vi.waitFor(() => {
      expect(ended.sort()).toEqual(['a', 'c', 'd'])
    })
    await bus.close()
  })
})

describe('addresses of NATS', () => {
  it('ask for three replicas where three servers are named', () => {
    expect([
      replicasFor('nats://a:1'),
      replicasFor('nats://a:1,nats://b:1'),
      replicasFor('nats://a,nats://b,nats://c'),
    ]).toEqual([1, 1, 3])
  })

  it('are encrypted all or none', async () => {
    await expect(connectNats({ url: 'tls://a:1,nats://b:1' })).rejects.toThrow('all are tls://, or none is')
    await expect(connectNats({ url: 'nats://a:1', tls: { ca: 'ca.pem' } })).rejects.toThrow('all are tls://')
  })

  it.skipIf(!natsAnswers)('that ask for TLS never speak to a server without it [needs NATS]', async () => {
    const refused = await connectNats({ url: natsUrl.replace('nats://', 'tls://') }).then(
      (connection) => connection.close().then(() => 'connected'),
      (error: unknown) => String(error),
    )
    expect(refused).toMatch(/tls/i)
  })
})
