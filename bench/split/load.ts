import { createRandom } from '@species/testing/random'
import { readFileSync } from 'node:fs'
import { connectNats } from '@species/bus'
import { type MixUsers, nextEvent } from '../mix.ts'
import { HttpConnection } from './http-connection.ts'
import { type BenchKey, type PreparedRequest, prepareEvent } from './prepare.ts'

/** What the generator is told, in a file named by its argument. */
export interface LoadOrder {
  readonly url: string
  /** Where ends are heard; absent for the embedded size: there they are counted at `/metrics`. */
  readonly natsUrl?: string | undefined
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

/** More than any machine of two cores sends: a run that came to the end of what was prepared would measure that. */
const mostPerSecond = 5_000

const order = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as LoadOrder
/** One run of the generator: what is under way, and what came of it. */
class Run {
  readonly #given: LoadOrder
  readonly #underWay = new Map<string, number>()
  readonly #acceptMs: number[] = []
  readonly #receiptMs: number[] = []
  readonly #refused: Record<string, number> = {}
  #accepted = 0
  #completed = 0
  #failed = 0
  #lastEndAt = 0
  #endsInTime = 0
  #startAt = 0
  #endAt = 0
  #next = 0

  constructor(given: LoadOrder) {
    this.#given = given
  }

  async play(): Promise<LoadResult> {
    const { drive, seconds, url } = this.#given
    const prepared = prepare(this.#given, drive.kind === 'rate' ? drive.perSecond * seconds : mostPerSecond * seconds)
    const { hostname, port } = new URL(url)
    const connections = await Promise.all(
      Array.from({ length: this.#given.connections }, () => HttpConnection.open(hostname, Number(port))),
    )
    const stopHearing = await this.#hearEnds()

    // Whoever measures reads the processors' use between these two words.
    process.stdout.write('begin\n')
    this.#startAt = performance.now()
    this.#endAt = this.#startAt + seconds * 1_000
    await Promise.all(connections.map((connection) => this.#work(connection, prepared)))
    const stoppedAt = performance.now()
    process.stdout.write('end\n')
    while (this.#underWay.size > 0 && performance.now() < stoppedAt + 60_000) await pause(10)
    for (const connection of connections) connection.close()
    await stopHearing()
    return this.#result(stoppedAt)
  }

  /** Begins to hear of ends; answers with how to stop. */
  async #hearEnds(): Promise<() => Promise<void>> {
    const { natsUrl, url } = this.#given
    if (natsUrl === undefined) return await this.#countEnds(url)
    const nats = await connectNats({ url: natsUrl })
    for (const state of ['completed', 'failed'] as const) this.#listen(nats, state)
    await nats.flush()
    return () => nats.close()
  }

  /** Where no message can be heard from outside: how many have ended, and so not how long each one took. */
  async #countEnds(url: string): Promise<() => Promise<void>> {
    let going = true
    const before = await endsCounted(url)
    const loop = async (): Promise<void> => {
      while (going) {
        await pause(50)
        const now = await endsCounted(url)
        for (const state of ['completed', 'failed'] as const) {
          const fresh = now[state] - before[state] - (state === 'completed' ? this.#completed : this.#failed)
          for (const eventId of [...this.#underWay.keys()].slice(0, fresh)) this.#end(state, eventId)
        }
      }
    }
    const looping = loop()
    return async () => {
      going = false
      await looping
    }
  }

  /** The end of an event is told by a message that is sent once the receipt is committed. */
  #listen(nats: Awaited<ReturnType<typeof connectNats>>, state: 'completed' | 'failed'): void {
    nats.subscribe(`${this.#given.natsPrefix}.event.${state}.v1.*`, {
      callback: (_error, message) => {
        for (const { body } of message.json<{ body: { eventId: string } }[]>()) {
          const sentAt = this.#underWay.get(body.eventId)
          if (sentAt === undefined) continue
          this.#end(state, body.eventId)
          this.#receiptMs.push(this.#lastEndAt - sentAt)
        }
      },
    })
  }

  #end(state: 'completed' | 'failed', eventId: string): void {
    this.#underWay.delete(eventId)
    if (state === 'completed') this.#completed++
    else this.#failed++
    this.#lastEndAt = performance.now()
    if (this.#lastEndAt < this.#endAt) this.#endsInTime++
  }

  async #work(connection: HttpConnection, prepared: readonly PreparedRequest[]): Promise<void> {
    const { drive } = this.#given
    while (performance.now() < this.#endAt) {
      if (drive.kind === 'window' && this.#underWay.size >= drive.underWay) {
        await pause(2)
        continue
      }
      const index = this.#next++
      const request = prepared[index]
      if (!request) return
      // Open loop: the time counts from when the request was due, not from when a connection was free for it.
      const dueAt = drive.kind === 'rate' ? this.#startAt + (index * 1_000) / drive.perSecond : performance.now()
      if (dueAt >= this.#endAt) return
      if (dueAt > performance.now()) await pause(dueAt - performance.now())
      await this.#send(connection, request, dueAt)
    }
  }

  async #send(connection: HttpConnection, request: PreparedRequest, dueAt: number): Promise<void> {
    this.#underWay.set(request.eventId, dueAt)
    const status = await connection.send(request.bytes)
    this.#acceptMs.push(performance.now() - dueAt)
    if (status === 202) {
      this.#accepted++
      return
    }
    this.#refused[status] = (this.#refused[status] ?? 0) + 1
    this.#underWay.delete(request.eventId)
  }

  #result(stoppedAt: number): LoadResult {
    return {
      sent: this.#acceptMs.length,
      accepted: this.#accepted,
      refused: this.#refused,
      completed: this.#completed,
      failed: this.#failed,
      endsPerSecond: Math.round(this.#endsInTime / this.#given.seconds),
      drainSeconds: Math.round(Math.max(0, this.#lastEndAt - stoppedAt)) / 1_000,
      unfinished: this.#underWay.size,
      acceptMs: percentiles(this.#acceptMs),
      receiptMs: percentiles(this.#receiptMs),
    }
  }
}

/** How many events a program has brought to an end since it started, by its own count. */
async function endsCounted(url: string): Promise<{ completed: number; failed: number }> {
  const counted = { completed: 0, failed: 0 }
  const text = await (await fetch(`${url}/metrics`)).text()
  for (const [, state, count] of text.matchAll(
    /^species_event_states_total\{state="(completed|failed)"[^}]*\} (\d+)/gm,
  ))
    counted[state as 'completed' | 'failed'] += Number(count)
  return counted
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

function prepare(given: LoadOrder, count: number): PreparedRequest[] {
  const { next: random } = createRandom(given.seed)
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

process.stdout.write(`${JSON.stringify(await new Run(order).play())}\n`)
process.exit(0)
