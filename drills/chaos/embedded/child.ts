import { serve } from '@hono/node-server'
import { type Bus, type Outgoing, withCalls } from '@species/bus'
import type { Database } from '@species/database'
import { createLogger } from '@species/platform'
import { compose } from '../../../apps/species/src/compose/compose.ts'
import { readSettings } from '../../../apps/species/src/settings/settings.ts'
import type { KillPoint } from './kill-plan.ts'

/**
 * The marketplace with a bus that kills the process, with SIGKILL, at one message of one event: before the bus has taken it
 * (the outcome is stored, nobody was told) or right after (told, but the input is not acknowledged).
 */
const point = JSON.parse(process.env['CHAOS_POINT'] ?? 'null') as KillPoint | null

function deadly(bus: Bus, { eventId, topic, moment }: KillPoint): Bus {
  const isIt = (message: Outgoing): boolean =>
    message.topic === topic && 'eventId' in message.body && message.body.eventId === eventId
  const die = (): void => {
    process.kill(process.pid, 'SIGKILL')
  }
  const before = (messages: readonly Outgoing[]): void => {
    if (moment === 'before the publish' && messages.some(isIt)) die()
  }
  if (moment === 'after the publish') {
    bus.tap(topic, (message) => {
      // Heard while it is published: dead as soon as the bus has taken it.
      if (isIt(message as Outgoing)) queueMicrotask(die)
    })
  }
  return withCalls(bus, {
    async publish(messages) {
      before(messages)
      await bus.publish(messages)
    },
    subscribe(consumer) {
      bus.subscribe({
        ...consumer,
        async handle(batch) {
          const outgoing = await consumer.handle(batch)
          before(outgoing)
          return outgoing
        },
      })
    },
  })
}

/** Checkpoints without a pause, so that a kill at any moment is likely to come in the middle of one. */
function checkpointing(database: Database): Database {
  const next = (): void => {
    void database
      .query('CHECKPOINT')
      .catch(() => undefined)
      .finally(() => setTimeout(next, 5))
  }
  next()
  return database
}

const program = await compose(
  readSettings({ SPECIES_DATA_DIR: process.env['SPECIES_DATA_DIR'], SANDBOX_PORT: '0', PORT: '0' }),
  {
    log: createLogger({ level: 'error', stream: process.stderr }),
    ...(point === null ? {} : { wrapBus: (bus: Bus) => deadly(bus, point) }),
    ...(process.env['CHAOS_CHECKPOINTS'] === '1' ? { wrapDatabase: checkpointing } : {}),
  },
)
serve({ fetch: (request: Request) => program.fetch(request), port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}`, sandboxUrl: program.sandbox?.httpUrl })}\n`)
})
process.stdin.resume()
// The parent holds the other end: when it goes, so does this.
process.stdin.on('end', () => {
  void program.close().finally(() => process.exit(0))
})
