import { createConnection } from 'node:net'

/** Where tests look for servers; what does not answer is skipped, and says so. */
export const natsUrl = process.env['TEST_NATS_URL'] ?? 'nats://127.0.0.1:4222'
export const redisUrl = process.env['TEST_REDIS_URL'] ?? 'redis://127.0.0.1:6379'

/** Whether a NATS server answers here: it greets with INFO (NATS client protocol). */
export const natsAnswers: boolean = await greets(natsUrl, undefined, 'INFO ')
/** Whether a Redis server answers here: a PING gets a PONG, or is told that a password is missing. */
export const redisAnswers: boolean = await greets(redisUrl, 'PING\r\n', '+PONG', '-NOAUTH')

function greets(url: string, ask: string | undefined, ...answers: string[]): Promise<boolean> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = createConnection({ host: hostname, port: Number(port) })
    const done = (result: boolean): void => {
      socket.destroy()
      resolve(result)
    }
    socket.setTimeout(2_000, () => {
      done(false)
    })
    socket.on('error', () => {
      done(false)
    })
    socket.on('connect', () => {
      if (ask !== undefined) socket.write(ask)
    })
    socket.on('data', (data) => {
      done(answers.some((answer) => data.toString().startsWith(answer)))
    })
  })
}
