import { AckPolicy, DeliverPolicy, jetstreamManager } from '@nats-io/jetstream'
import { natsAnswers, natsUrl } from '@species/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLogger } from '@species/platform'
import { declaredConsumer, declaredStreams, reconcile } from './jetstream-topology.ts'
import { connectNats } from './nats.ts'
import { freshPrefix, openTestBus, removeStreams } from './test-world.ts'

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

  it.each([
    ['ack_policy', { ack_policy: AckPolicy.All }, 'ack_policy all, and must have explicit'],
    ['deliver_policy', { deliver_policy: DeliverPolicy.New }, 'deliver_policy new, and must have all'],
    ['deliver_subject', { deliver_subject: 'somewhere' }, 'deliver_subject somewhere, and must have none'],
  ])('where the %s of a consumer differs, it is named with what to do', async (_field, other, said) => {
    const [, notices] = declaredStreams(prefix, 1)
    const stream = notices?.name ?? ''
    await reconcile(manager, prefix, 1, [])
    const config = declaredConsumer(prefix, { name: 'other', topic: 'access.changed' })
    await manager.consumers.add(stream, { ...config, ...other })
    await expect(reconcile(manager, prefix, 1, [{ name: 'other', topic: 'access.changed' }])).rejects.toMatchObject({
      code: 'consumer_differs',
      retryable: false,
      publicMessage: expect.stringMatching(
        new RegExp(`consumer other of the stream ${stream} exists with ${said}: .*nats consumer rm ${stream} other`),
      ) as string,
    })
    await manager.consumers.delete(stream, 'other')
  })

  it('a consumer that no program declares any longer is warned of at the start, and stays', async () => {
    const other = freshPrefix()
    const [, notices] = declaredStreams(other, 1)
    const stream = notices?.name ?? ''
    await reconcile(manager, other, 1, [
      { name: 'still', topic: 'config.changed' },
      { name: 'gone', topic: 'config.changed' },
    ])
    await manager.consumers.add(stream, { ack_policy: AckPolicy.None })
    await connection.request(`${other}.config.changed.v1.0`, '[]')
    const warned: unknown[] = []
    const bus = await openTestBus(other, {
      log: { ...silentLogger, warn: (...words: unknown[]) => void warned.push(words) },
    })
    bus.declare({ name: 'still', topic: 'config.changed' })
    await bus.start()
    expect(warned).toEqual([
      [
        { stream, consumer: 'gone', waiting: 1, remove: `nats consumer rm ${stream} gone` },
        expect.stringContaining('no part of this version declares'),
      ],
    ])
    expect((await manager.consumers.info(stream, 'gone')).num_pending).toBe(1)
    await bus.close()
    await removeStreams([other])
  })
})
