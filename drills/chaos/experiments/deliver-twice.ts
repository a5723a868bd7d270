import { headers } from '@nats-io/transport-node'
import { connectNats } from '@species/bus'

const mark = 'Chaos-Again'

/**
 * Listens to everything under a prefix and publishes each message once more, under an id of its own, so that
 * the server's memory of ids does not drop it. Nothing in the marketplace knows of this.
 *
 * A repeat makes each module tell its stored outcome again, and those answers are repeats too: they are not repeated once more,
 * or the numbers would double at every step of the way.
 */
export async function deliverTwice(
  { natsUrl, natsPrefix }: { natsUrl: string; natsPrefix: string },
  /** The longest pause before the second delivery; zero: while the first is worked on, so that two processes decide at once. */
  longestMs = 40,
): Promise<{ stop(): Promise<number> }> {
  const connection = await connectNats({ url: natsUrl })
  const known = new Set<string>()
  let sent = 0
  let stopped = false
  connection.subscribe(`${natsPrefix}.>`, {
    callback: (error, message) => {
      if (error !== null || message.headers?.has(mark) === true) return
      const fresh = message.json<{ key: string }[]>().filter(({ key }) => {
        const name = `${message.subject} ${key}`
        return !known.has(name) && known.add(name)
      })
      if (fresh.length === 0) return
      sent += fresh.length
      const again = headers()
      again.set(mark, '1')
      again.set('Nats-Msg-Id', `again-${process.pid}-${sent}`)
      setTimeout(
        () => {
          if (!stopped) connection.publish(message.subject, JSON.stringify(fresh), { headers: again })
        },
        sent % (longestMs + 1),
      )
    },
  })
  await connection.flush()
  return {
    async stop() {
      stopped = true
      await connection.drain()
      return sent
    },
  }
}
