import { once } from 'node:events'
import { type Socket, connect, createServer } from 'node:net'

type Change = (bytes: Buffer) => Buffer

/** A way to a Postgres server that can fall silent, as a frozen server or a lost network does, and change what is said. */
export interface Way {
  /** The same database, by this way. */
  readonly url: string
  /** How many connections stand. */
  readonly open: number
  /** From now on nothing is passed on, neither way; connections stay, and new ones are taken. */
  fallSilent(): void
  /** What was kept back is passed on. */
  speak(): void
  /** Changes what servers answer from now on. */
  changeAnswers(change: Change): void
  /** Changes what servers are asked from now on. */
  changeQuestions(change: Change): void
  close(): Promise<void>
}

export async function openWay(url: string): Promise<Way> {
  const { hostname, port } = new URL(url)
  const sockets = new Set<Socket>()
  const same: Change = (bytes) => bytes
  let [answers, questions]: [Change, Change] = [same, same]
  let isSilent = false
  const server = createServer((client) => {
    const upstream = connect({ host: hostname, port: Number(port || 5432), noDelay: true })
    for (const [one, other, change] of [
      [client, upstream, (bytes: Buffer) => questions(bytes)],
      [upstream, client, (bytes: Buffer) => answers(bytes)],
    ] as const) {
      sockets.add(one)
      one.on('data', (bytes) => other.write(change(bytes)))
      one.on('error', () => undefined)
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
      if (isSilent) one.pause()
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const here = Object.assign(new URL(url), {
    hostname: '127.0.0.1',
    port: String((server.address() as { port: number }).port),
  })
  return {
    url: here.href,
    get open() {
      return sockets.size / 2
    },
    fallSilent() {
      isSilent = true
      for (const one of sockets) one.pause()
    },
    speak() {
      isSilent = false
      for (const one of sockets) one.resume()
    },
    changeAnswers(change) {
      answers = change
    },
    changeQuestions(change) {
      questions = change
    },
    async close() {
      server.close()
      for (const one of sockets) one.destroy()
      await once(server, 'close')
    },
  }
}
