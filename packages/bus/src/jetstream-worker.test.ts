import type { Msg, NatsConnection } from '@nats-io/transport-node'
import { expect, test, vi } from 'vitest'
import { silentLogger } from '@species/platform'
import { createMetrics } from '@species/platform'
import { systemIds } from '@species/platform'
import { HeldFrames } from './held-frames.ts'
import { JetStreamWorker } from './jetstream-worker.ts'

/** A server that hands out what it is told to, and remembers what it is answered. */
function scriptedServer(): {
  connection: NatsConnection
  deliver(payload: string, times: number): void
  said: string[]
} {
  const said: string[] = []
  let hear: (error: Error | null, message: Msg) => void = () => undefined
  const connection = {
    isClosed: () => false,
    subscribe(_subject: string, options: { callback: typeof hear }) {
      hear = options.callback
      return { unsubscribe: () => undefined }
    },
    publish(subject: string, word: string) {
      if (subject.startsWith('$JS.ACK')) said.push(word)
    },
  }
  return {
    connection: connection as unknown as NatsConnection,
    deliver(payload, times) {
      const reply = `$JS.ACK.SPECIES_NOTICE.one.${times}.7.7.1764089000000000000.0`
      const message = { subject: 'species.config.changed.v1.3', reply, string: () => payload }
      hear(null, message as unknown as Msg)
    },
    said,
  }
}

test('a frame that cannot be read is given back nine times, then given up: counted, with its head in the log', async () => {
  const server = scriptedServer()
  const metrics = createMetrics()
  const logged: unknown[][] = []
  const worker = new JetStreamWorker(
    { name: 'one', topic: 'config.changed', maxBatch: 10, handle: () => Promise.resolve([]) },
    {
      connection: server.connection,
      prefix: 'species',
      held: new HeldFrames(),
      republish: () => Promise.resolve(),
      ids: systemIds,
      metrics,
      log: { ...silentLogger, error: (...words: unknown[]) => void logged.push(words) },
      deadLetters: { countAttempt: () => Promise.resolve(1), park: () => Promise.resolve() },
      maxAttempts: 1,
      publish: () => Promise.resolve(),
      missing: () => undefined,
      madeRoom: () => undefined,
    },
  )
  const given = (): Promise<string> => metrics.registry.getSingleMetricAsString('species_bus_unreadable_frames_total')
  worker.start()
  for (let times = 1; times <= 9; times++) server.deliver('garbage', times)
  expect(new Set(server.said)).toEqual(new Set(['-NAK {"delay": 10000000000}']))
  expect(await given()).toContain('{consumer="one"} 0')
  server.deliver('garbage', 10)
  expect(server.said.slice(9)).toEqual(['+ACK'])
  expect(await given()).toContain('{consumer="one"} 1')
  expect(logged[9]).toEqual([
    {
      consumer: 'one',
      subject: 'species.config.changed.v1.3',
      frame: 'SPECIES_NOTICE-7',
      deliveries: 10,
      err: expect.any(SyntaxError) as Error,
    },
    'a frame that cannot be read is given up',
  ])
  await worker.close()
})

test.each([
  ['taken', false],
  ['not taken', true],
])(
  'one unreadable message of a frame comes again alone where the server has %s it, else all of them do',
  async (_name, isAway) => {
    const server = scriptedServer()
    const sent: string[] = []
    const worked: string[] = []
    const held = new HeldFrames()
    const worker = new JetStreamWorker(
      {
        name: 'one',
        topic: 'config.changed',
        maxBatch: 10,
        handle: (batch) => {
          worked.push(...batch.map((message) => message.key))
          return Promise.resolve([])
        },
      },
      {
        connection: server.connection,
        prefix: 'species',
        held,
        republish: (frames) => {
          if (isAway) return Promise.reject(new Error('away'))
          sent.push(...frames.map(({ subject, payload }) => `${subject} ${payload}`))
          return Promise.resolve()
        },
        ids: systemIds,
        metrics: createMetrics(),
        log: silentLogger,
        deadLetters: { countAttempt: () => Promise.resolve(1), park: () => Promise.resolve() },
        maxAttempts: 1,
        publish: () => Promise.resolve(),
        missing: () => undefined,
        madeRoom: () => undefined,
      },
    )
    worker.start()
    const item = (key: string, body: string): string => `{"key":"${key}","trace":"t","body":${body}}`
    const newer = item('b', '{"version":2,"newer":true}')
    server.deliver(`[${item('a', '{"version":1}')},${newer},${item('c', '{"version":3}')}]`, 1)
    await vi.waitFor(() => {
      expect(server.said).toEqual([isAway ? '-NAK {"delay": 10000000000}' : '+ACK'])
    })
    expect([sent, worked]).toEqual(isAway ? [[], []] : [[`species.config.changed.v1.3 [${newer}]`], ['a', 'c']])
    await worker.close()
  },
)
