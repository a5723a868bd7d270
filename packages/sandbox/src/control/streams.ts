import { Hono } from 'hono'
import type { Bindings } from '../http/answer.ts'
import type { World } from '../state/world.ts'
import type { StreamSender } from '../streams/sender.ts'

/** A look at the streams and what was delivered, and deliveries once more. */
export function streamControl(world: World, sender: StreamSender): Hono<Bindings> {
  const routes = new Hono<Bindings>()
  routes.get('/', () =>
    Response.json({
      streams: Array.from(world.streams.values(), ({ secret: _secret, ...stream }) => stream),
      deliveries: sender.sent.map(({ delivery, streamId, confirmed, status }) => ({
        streamId,
        confirmed,
        status: status ?? null,
        body: delivery.body,
      })),
    }),
  )
  routes.post('/replay', async () => Response.json({ replayed: await sender.replay() }))
  return routes
}
