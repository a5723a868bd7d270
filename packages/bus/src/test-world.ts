import { randomBytes } from 'node:crypto'
import { jetstreamManager } from '@nats-io/jetstream'
import { natsUrl } from '@species/testing'
import type { RememberedLetters } from '@species/testing/contracts'
import { systemIds } from '@species/platform'
import { type Logger, silentLogger } from '@species/platform'
import { createMetrics } from '@species/platform'
import type { Bus } from './bus.ts'
import { createJetStreamBus } from './jetstream.ts'
import { declaredStreams } from './jetstream-topology.ts'
import { connectNats } from './nats.ts'

/** The name of a marketplace of one test alone. */
export const freshPrefix = (): string => `t${randomBytes(5).toString('hex')}`

/** A bus of a process of its own. */
export async function openTestBus(
  prefix: string,
  { letters, log = silentLogger }: { letters?: RememberedLetters; log?: Logger } = {},
): Promise<Bus> {
  const { attempts, parked } = letters ?? { attempts: new Map<string, number>(), parked: [] }
  return await createJetStreamBus(
    { url: natsUrl },
    {
      prefix,
      log,
      ids: systemIds,
      metrics: createMetrics(),
      maxAttempts: 2,
      deadLetters: {
        countAttempt: async (_consumer, key) => {
          attempts.set(key, (attempts.get(key) ?? 0) + 1)
          return await Promise.resolve(attempts.get(key) ?? 0)
        },
        park: async ({ consumer, message, cause }) => {
          parked.push({ consumer, key: message.key, cause })
          await Promise.resolve()
        },
      },
    },
  )
}

export async function removeStreams(prefixes: readonly string[]): Promise<void> {
  const connection = await connectNats({ url: natsUrl })
  const manager = await jetstreamManager(connection)
  for (const prefix of prefixes)
    for (const stream of declaredStreams(prefix, 1)) await manager.streams.delete(stream.name ?? '').catch(() => false)
  await connection.close()
}
