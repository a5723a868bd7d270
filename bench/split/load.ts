import { readFileSync } from 'node:fs'
import { connectNats } from '@species/runtime'
import { type MixUsers, nextEvent, seeded } from '../mix.ts'
import { HttpConnection } from './http-connection.ts'
import { type BenchKey, type PreparedRequest, prepareEvent } from './prepare.ts'

/** What the generator is told, in a file named by its argument. */
export interface LoadOrder {
  readonly url: string
  readonly natsUrl: string
  readonly natsPrefix: string
  readonly users: MixUsers
  readonly keys: readonly (readonly [string, BenchKey])[]
  readonly seed: number
  readonly name: string
  readonly seconds: number
  /** `rate`: so many a second, whatever comes back. `window`: always so many under way, as fast as they end. */
  readonly drive:
    { readonly kind: 'rate'; readonly perSecond: number } | { readonly kind: 'window'; readonly underWay: number }
  readonly connections: number
}

export interface LoadResult {
  readonly sent: number
  readonly accepted: number
  readonly refused: Readonly<Record<string, number>>
  readonly completed: number
  readonly failed: number
  /** Ends within the measured time, a second. */
  readonly endsPerSecond: number
  /** Seconds from the last request to the last end: what was left over. */
  readonly drainSeconds: number
  readonly unfinished: number
  readonly acceptMs: Percentiles
  readonly receiptMs: Percentiles
}
export interface Percentiles {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

const order = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as LoadOrder
process.stdout.write(`${JSON.stringify(await run(order))}\n`)
process.exit(0)

async function run(given: LoadOrder): Promise<LoadResult> {
  const { drive, seconds } = given
  const prepared = prepare(given, drive.kind === 'rate' ? drive.perSecond * seconds : 4_000 * seconds)
  const connections = await Promise.all(
    Array.from({ length: given.connections }, () =>
      HttpConnection.open(new URL(given.url).hostname, Number(new URL(given.url).port)),
    ),
  )
  const sentAt = new Map<string, number>()
  const acceptMs: number[] = []
  const receiptMs: number[] = []
  const refused: Record<string, number> = {}
  let accepted = 0
  let completed = 0
  let failed = 0
  let lastEndAt = 0
  let endsInTime = 0
  let underWay = 0

  const nats = await connectNats({ url: given.natsUrl })
  const finished = (eventId: string): void => {
    const sent = sentAt.get(eventId)
    if (sent === undefined) return
    sentAt.delete(eventId)
    lastEndAt = performance.now()
    if (lastEndAt < endAt) endsInTime++
    receiptMs.push(lastEndAt - sent)
    underWay--
  }
  for (const state of ['completed', 'failed'])
    nats.subscribe(`${given.natsPrefix}.event.${state}.v1.*`, {
      callback: (_error, message) => {
        for (const { body } of message.json<{ body: { eventId: string } }[]>()) {
          if (!sentAt.has(body.eventId)) continue
          if (state === 'completed') completed++
          else failed++
          finished(body.eventId)
        }
      },
    })
  await nats.flush()

  // Whoever measures reads the processors' use between these two words.
  process.stdout.write('begin\n')
  const startAt = performance.now()
  const endAt = startAt + seconds * 1_000
  let next = 0
  const send = async (connection: HttpConnection, request: PreparedRequest, dueAt: number): Promise<void> => {
    sentAt.set(request.eventId, dueAt)
    underWay++
    const status = await connection.send(request.bytes)
    acceptMs.push(performance.now() - dueAt)
    if (status === 202) accepted++
    else {
      refused[status] = (refused[status] ?? 0) + 1
      if (sentAt.delete(request.eventId)) underWay--
    }
  }
  const worker = async (connection: HttpConnection): Promise<void> => {
    for (;;) {
      if (performance.now() >= endAt) return
      if (drive.kind === 'window' && underWay >= drive.underWay) {
        await new Promise((resolve) => setTimeout(resolve, 2))
        continue
      }
      const index = next++
      const request = prepared[index]
      if (!request) return
      // Open loop: the time counts from when the request was due, not from when a connection was free for it.
      const dueAt = drive.kind === 'rate' ? startAt + (index * 1_000) / drive.perSecond : performance.now()
      if (dueAt >= endAt) return
      const early = dueAt - performance.now()
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
      await send(connection, request, drive.kind === 'rate' ? Math.max(dueAt, startAt) : performance.now())
    }
  }
  await Promise.all(connections.map(worker))
  const stoppedAt = performance.now()
  process.stdout.write('end\n')
  const patience = stoppedAt + 60_000
  while (sentAt.size > 0 && performance.now() < patience) await new Promise((resolve) => setTimeout(resolve, 10))
  for (const connection of connections) connection.close()
  await nats.close()
  return {
    sent: acceptMs.length,
    accepted,
    refused,
    completed,
    failed,
    endsPerSecond: endsInTime / seconds,
    drainSeconds: Math.max(0, lastEndAt - stoppedAt) / 1_000,
    unfinished: sentAt.size,
    acceptMs: percentiles(acceptMs),
    receiptMs: percentiles(receiptMs),
  }
}

function prepare(given: LoadOrder, count: number): PreparedRequest[] {
  const random = seeded(given.seed)
  const keys = new Map(given.keys)
  return Array.from({ length: count }, (_, index) => {
    const event = nextEvent(random, given.users, `${given.name}-${index}`)
    const key = keys.get(event.from)
    if (!key) throw new Error(`no key of ${event.from}`)
    return prepareEvent(given.url, key, event)
  })
}

function percentiles(values: number[]): Percentiles {
  values.sort((a, b) => a - b)
  const at = (share: number): number =>
    Math.round((values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0) * 10) / 10
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }
}
