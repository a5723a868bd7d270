import { randomBytes } from 'node:crypto'
import { jetstreamManager } from '@nats-io/jetstream'
import { createMetrics, silentLogger, systemIds } from '@species/runtime'
import { natsAnswers, natsUrl } from '@species/testing'
import { type RememberedLetters, describeBus } from '@species/testing/contracts'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Bus, about } from './bus.ts'
import { createJetStreamBus } from './jetstream.ts'
import { declaredConsumer, declaredStreams, reconcile } from './jetstream-topology.ts'
import { connectNats, replicasFor } from './nats.ts'

const freshPrefix = (): string => `t${randomBytes(5).toString('hex')}`
const forget: RememberedLetters = { attempts: new Map(), parked: [] }

function open(prefix: string, { attempts, parked }: RememberedLetters = forget): Promise<Bus> {
  return createJetStreamBus(
    { url: natsUrl },
    {
      prefix,
      log: silentLogger,
      ids: systemIds,
      metrics: createMetrics(),
      maxAttempts: 2,
      deadLetters: {
        countAttempt: async (_consumer, key) => {
          attempts.set(key, (attempts.get(key) ?? 0) + 1)
          return attempts.get(key) ?? 0
        },
        park: async ({ consumer, message, cause }) => {
          parked.push({ consumer, key: message.key, cause })
        },
      },
    },
  )
}

async function removeStreams(prefixes: readonly string[]): Promise<void> {
  const connection = await connectNats({ url: natsUrl })
  const manager = await jetstreamManager(connection)
  for (const prefix of prefixes)
    for (const stream of declaredStreams(prefix, 1)) await manager.streams.delete(stream.name ?? '').catch(() => false)
  await connection.close()
}

describeBus('over JetStream [needs NATS]', natsAnswers, async () => {
  const used: string[] = []
  let prefix = ''
  return {
    shared: true,
    reset: async () => {
      prefix = freshPrefix()
      used.push(prefix)
    },
    open: (letters) => open(prefix, letters),
    dispose: () => removeStreams(used),
  }
})

describe.skipIf(!natsAnswers)('streams and consumers [needs NATS]', () => {
  const prefix = freshPrefix()
  const consumers = [{ name: 'one', topic: 'config.changed' as const }]
  let connection: Awaited<ReturnType<typeof connectNats>>
  let manager: Awaited<ReturnType<typeof jetstreamManager>>
  beforeAll(async () => {
    connection = await connectNats({ url: natsUrl })
    manager = await jetstreamManager(connection)
  })
  afterAll(async () => {
    await connection.close()
    await removeStreams([prefix])
  })

  it('are made once by twenty simultaneous starts, as they are declared', async () => {
    await Promise.all(Array.from({ length: 20 }, () => reconcile(manager, prefix, 1, consumers)))
    for (const wanted of declaredStreams(prefix, 1))
      expect((await manager.streams.info(wanted.name ?? '')).config).toMatchObject(wanted)
    const [, notices] = declaredStreams(prefix, 1)
    expect((await manager.consumers.info(notices?.name ?? '', 'one')).config).toMatchObject(
      declaredConsumer(prefix, { name: 'one', topic: 'config.changed' }),
    )
  })

  it('that differ are brought to what is declared, and keep their messages', async () => {
    const [, wanted] = declaredStreams(prefix, 1)
    const name = wanted?.name ?? ''
    await reconcile(manager, prefix, 1, consumers)
    await connection.request(`${prefix}.config.changed.v1.0`, '[]')
    await manager.streams.update(name, { max_age: 3_600_000_000_000 })
    await manager.consumers.update(name, 'one', { max_ack_pending: 7 })
    await reconcile(manager, prefix, 1, consumers)
    const { config, state } = await manager.streams.info(name)
    expect([config.max_age, state.messages]).toEqual([wanted?.max_age, 1])
    expect((await manager.consumers.info(name, 'one')).config.max_ack_pending).toBe(1_000)
  })

  it('that differ in what a server cannot change are refused with what to do', async () => {
    const other = freshPrefix()
    const [wanted] = declaredStreams(other, 1)
    await manager.streams.add({ ...wanted, name: wanted?.name ?? '', retention: 'limits' })
    await expect(reconcile(manager, other, 1, [])).rejects.toMatchObject({
      code: 'stream_differs',
      publicMessage: expect.stringContaining('delete it') as string,
    })
    await removeStreams([other])
  })

  it('that vanish with their storage are made again, and messages flow on', async () => {
    const lost = freshPrefix()
    const bus = await open(lost)
    const heard: string[] = []
    bus.subscribe({
      name: 'one',
      topic: 'config.changed',
      maxBatch: 10,
      handle: async (batch) => {
        heard.push(...batch.map((message) => message.key))
        return []
      },
    })
    await bus.start()
    await removeStreams([lost])
    const message = about('config.changed', { trace: 't' }, { key: 'a', partitionKey: 'a' }, { version: 1 })
    await vi.waitFor(
      async () => {
        await bus.publish([message])
        expect(heard).toContain('a')
      },
      { timeout: 15_000, interval: 200 },
    )
    await bus.close()
    await removeStreams([lost])
  })

  it('that vanish cost nothing that was published meanwhile: it is refused, kept, and sent when they are there again', async () => {
    const lost = freshPrefix()
    const bus = await open(lost)
    const heard: string[] = []
    bus.subscribe({
      name: 'one',
      topic: 'config.changed',
      maxBatch: 10,
      handle: async (batch) => {
        heard.push(...batch.map((message) => message.key))
        return []
      },
    })
    await bus.start()
    await removeStreams([lost])
    const message = about('config.changed', { trace: 't' }, { key: 'a', partitionKey: 'a' }, { version: 1 })
    await expect(bus.publish([message])).rejects.toMatchObject({ code: 'bus_unavailable', retryable: true })
    await vi.waitFor(
      () => {
        expect(heard).toEqual(['a'])
      },
      { timeout: 10_000, interval: 50 },
    )
    await bus.close()
    await removeStreams([lost])
  })

  it('gives a frame that cannot be read again later, and works on the others meanwhile', async () => {
    const mixed = freshPrefix()
    const bus = await open(mixed)
    const heard: string[] = []
    bus.subscribe({
      name: 'one',
      topic: 'config.changed',
      maxBatch: 10,
      handle: async (batch) => {
        heard.push(...batch.map((message) => message.key))
        return []
      },
    })
    await bus.start()
    for (const garbage of ['', 'null', '[]', '[{"key":"x"}]', '[{"key":"x","trace":"t","body":{"version":"1"}}]'])
      await connection.request(`${mixed}.config.changed.v1.3`, garbage)
    await bus.publish([about('config.changed', { trace: 't' }, { key: 'a', partitionKey: 'a' }, { version: 1 })])
    await vi.waitFor(() => {
      expect(heard).toEqual(['a'])
    })
    await bus.close()
    await removeStreams([mixed])
  })
})

describe.skipIf(!natsAnswers)('handing over within a process [needs NATS]', () => {
  const used: string[] = []
  afterAll(() => removeStreams(used))
  const changed = (key: string) => about('config.changed', { trace: 't' }, { key, partitionKey: key }, { version: 1 })
  const next = (key: string) => about('access.changed', { trace: 't' }, { key, partitionKey: key }, { onliId: 'alice' })

  /** A first consumer that answers each message with one for a second, which does what it is told. */
  async function chain(
    prefix: string,
    second: (keys: string[]) => Promise<void>,
  ): Promise<{ bus: Bus; first: string[] }> {
    const bus = await open(prefix)
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
      return Promise.reject(Object.assign(new Error('its database is away'), { code: 'ECONNREFUSED' }))
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

  it('still sends what somebody listens to, and what others work on too', async () => {
    const prefix = freshPrefix()
    used.push(prefix)
    const other = await open(prefix)
    const elsewhere: string[] = []
    other.declare({ name: 'first', topic: 'config.changed' })
    other.declare({ name: 'second', topic: 'access.changed' })
    other.subscribe({
      name: 'third',
      topic: 'access.changed',
      maxBatch: 10,
      handle: async (batch) => {
        elsewhere.push(...batch.map((message) => message.key))
        return []
      },
    })
    await other.start()
    const bus = await open(prefix)
    bus.declare({ name: 'third', topic: 'access.changed' })
    const here: string[] = []
    bus.subscribe({
      name: 'first',
      topic: 'config.changed',
      maxBatch: 10,
      handle: async (batch) => batch.map((message) => next(message.key)),
    })
    bus.subscribe({
      name: 'second',
      topic: 'access.changed',
      maxBatch: 10,
      handle: async (batch) => {
        here.push(...batch.map((message) => message.key))
        return []
      },
    })
    await bus.start()
    await bus.publish([changed('a')])
    await vi.waitFor(() => {
      expect([here, elsewhere]).toEqual([['a'], ['a']])
    })
    await bus.close()
    await other.close()
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
