import { serve } from '@hono/node-server'
import { silentLogger, type Bus, type Outgoing } from '@species/runtime'
import { compose } from '../../apps/species/src/compose.ts'
import { readSettings } from '../../apps/species/src/settings.ts'
import type { KillPoint } from './kill-plan.ts'

/**
 * The marketplace with a bus that kills the process, with SIGKILL, at one message of one event: before the bus has taken it
 * (the outcome is stored, nobody was told) or right after (told, but the input is not acknowledged).
 */
const point = JSON.parse(process.env['CHAOS_POINT'] ?? 'null') as KillPoint | null

function deadly(bus: Bus, { eventId, topic, moment }: KillPoint): Bus {
  const isIt = (message: Outgoing): boolean =>
    message.topic === topic && 'eventId' in message.body && message.body.eventId === eventId
  return {
    durable: bus.durable,
    async publish(messages: readonly Outgoing[]) {
      const hit = messages.some(isIt)
      if (hit && moment === 'before the publish') process.kill(process.pid, 'SIGKILL')
      await bus.publish(messages)
      if (hit && moment === 'after the publish') process.kill(process.pid, 'SIGKILL')
    },
    subscribe: bus.subscribe.bind(bus),
    tap: bus.tap.bind(bus),
    start: bus.start.bind(bus),
    backlog: bus.backlog.bind(bus),
    close: bus.close.bind(bus),
  }
}

const program = await compose(readSettings({ ...process.env, SANDBOX_PORT: '0' }), {
  log: silentLogger,
  ...(point === null ? {} : { wrapBus: (bus: Bus) => deadly(bus, point) }),
})
serve({ fetch: (request: Request) => program.fetch(request), port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}`, sandboxUrl: program.sandbox?.httpUrl })}\n`)
})
process.stdin.resume()
// The parent holds the other end: when it goes, so does this.
process.stdin.on('end', () => {
  void program.close().finally(() => process.exit(0))
})
