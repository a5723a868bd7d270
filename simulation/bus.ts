import { type Topic, encodeBody, schemaOf, states } from '@species/contracts'
import { Fault } from '@species/kernel'
import type { Bus, Consumer, DeadLetters, Message, Outgoing } from '@species/bus'
import type { Clock, Ids, Logger } from '@species/platform'
import { processBatch } from '@species/bus'
import type { Faults } from './faults.ts'
import type { Life } from './life.ts'
import type { Random } from './random.ts'
import type { Trace } from './trace.ts'
import type { Transitions } from './transitions.ts'

interface Envelope {
  readonly message: Omit<Message, 'body'>
  readonly text: string
  readyAtMs: number
}

interface Queue {
  readonly consumer: Consumer
  waiting: Envelope[]
  pauseMs: number
}

interface Context {
  readonly clock: Clock
  readonly ids: Ids
  readonly random: Random
  readonly faults: () => Faults
  readonly trace: Trace
  readonly log: Logger
  readonly deadLetters: DeadLetters
  readonly transitions: Transitions
  /** A planted bug: a message counts as worked on before what follows from it is published. */
  readonly acknowledgesEarly: boolean
}

interface Publication {
  /** The consumer whose answer it is; a job or a request where there is none. */
  readonly by?: string
  /** Who hears it as it passes. */
  readonly taps?: Map<Topic, Set<(message: Message) => void>>
  /** How likely it is to fail, in shares of what the faults say. */
  readonly failureShare: number
}

const firstPauseMs = 50
const lastPauseMs = 5_000

/**
 * A bus that does what a bus may do: lose, repeat, delay and reorder, cut batches anywhere, refuse a publication. The runner
 * that decides batches is the real one. What is taken for a batch stays in its queue until it is acknowledged, so it comes
 * again after a death, unless the bus is of the kind that forgets all.
 */
export class SimulatedBus {
  readonly #context: Context
  readonly #queues = new Map<string, Queue>()
  #life: Life | undefined

  constructor(context: Context) {
    this.#context = context
  }

  /** The port, as one process holds it. */
  portOf(life: Life): Bus {
    const taps = new Map<Topic, Set<(message: Message) => void>>()
    this.#life = life
    return {
      durable: this.#context.faults().busIsDurable,
      publish: async (messages) => {
        await life.through(() =>
          this.#publish(messages, { taps, failureShare: this.#context.faults().busIsDurable ? 0 : 1 }),
        )
      },
      subscribe: (consumer) => {
        this.#context.transitions.subscribed(consumer)
        const before = this.#queues.get(consumer.name)
        const own = { ...consumer, handle: this.#handlerOf(consumer, taps) }
        this.#queues.set(consumer.name, {
          consumer: own,
          waiting: before?.waiting ?? [],
          pauseMs: firstPauseMs,
        })
      },
      declare: () => undefined,
      tap: (topic, listener) => {
        const heard = listener as unknown as (message: Message) => void
        const listeners = taps.get(topic) ?? new Set()
        taps.set(topic, listeners.add(heard))
        return () => listeners.delete(heard)
      },
      start: () => Promise.resolve(),
      backlog: () => new Map([...this.#queues].map(([name, queue]) => [name, queue.waiting.length])),
      close: () => Promise.resolve(),
    }
  }

  /** Consumers who could be given something now, in the order of an event's way. */
  ready(): string[] {
    const nowMs = this.#context.clock.now()
    return [...this.#queues.values()]
      .filter(({ waiting }) => waiting.some((one) => one.readyAtMs <= nowMs))
      .sort((a, b) => placeOf(a.consumer.topic) - placeOf(b.consumer.topic))
      .map(({ consumer }) => consumer.name)
  }

  nextReadyMs(): number {
    return Math.min(
      Infinity,
      ...[...this.#queues.values()].flatMap(({ waiting }) => waiting.map((one) => one.readyAtMs)),
    )
  }

  /** Gives a consumer a batch of what is ready, cut anywhere. */
  async deliver(name: string): Promise<void> {
    const queue = this.#queues.get(name)
    const life = this.#life
    if (!queue || !life) throw new Error(`nobody is subscribed as ${name}`)
    const batch = this.#cut(queue)
    const messages = new Map(batch.map((one) => [parse(one), one] as const))
    this.#context.trace.note(`deliver ${name} ${batch.map((one) => one.message.key.slice(-6)).join(' ')}`)
    const { done, again } = await processBatch(queue.consumer, [...messages.keys()], {
      publish: (outgoing) => life.through(() => this.#publish(outgoing, { by: name, failureShare: 1 })),
      deadLetters: this.#context.deadLetters,
      log: this.#context.log,
      maxAttempts: 8,
    }).catch(() => ({ done: [], again: [...messages.keys()] }))
    if (life.dead) return
    const envelopesOf = (some: readonly Message[]): Envelope[] => some.flatMap((message) => messages.get(message) ?? [])
    acknowledge(queue, envelopesOf(done))
    for (const envelope of envelopesOf(again)) envelope.readyAtMs = this.#context.clock.now() + queue.pauseMs
    queue.pauseMs = again.length === 0 ? firstPauseMs : Math.min(queue.pauseMs * 2, lastPauseMs)
  }

  /** The process has died. A bus of the process dies with it; any other brings again what was not acknowledged. */
  processDied(): void {
    for (const queue of this.#queues.values()) {
      queue.pauseMs = firstPauseMs
      if (!this.#context.faults().busIsDurable) queue.waiting = []
      for (const envelope of queue.waiting)
        envelope.readyAtMs = Math.max(envelope.readyAtMs, this.#context.clock.now() + 500)
    }
  }

  #handlerOf(consumer: Consumer, taps: Map<Topic, Set<(message: Message) => void>>): Consumer['handle'] {
    return async (batch) => {
      const outgoing = await consumer.handle(batch)
      if (this.#context.acknowledgesEarly) {
        const ids = new Set(batch.map((message) => message.id))
        const queue = this.#queues.get(consumer.name)
        if (queue) queue.waiting = queue.waiting.filter((one) => !ids.has(one.message.id))
      }
      for (const message of outgoing) hear(taps, message)
      return outgoing
    }
  }

  /** Up to a random number of ready messages, each key once, in the order of their keys, as every bus gives them. */
  #cut({ consumer, waiting }: Queue): Envelope[] {
    const { clock, random } = this.#context
    const ready = waiting.filter((one) => one.readyAtMs <= clock.now())
    const most = random.chance(0.6) ? consumer.maxBatch : random.between(1, Math.min(4, consumer.maxBatch))
    const byKey = new Map<string, Envelope>()
    for (const one of ready) if (byKey.size < most && !byKey.has(one.message.key)) byKey.set(one.message.key, one)
    return [...byKey.values()].sort((a, b) => (a.message.key < b.message.key ? -1 : 1))
  }

  async #publish(messages: readonly Outgoing[], { by, taps, failureShare }: Publication): Promise<void> {
    const { random, faults, trace, transitions } = this.#context
    // Some of them may have been taken before it fails: the publisher cannot know.
    const failsAt = random.chance(faults().publishFails * failureShare) ? random.between(0, messages.length) : -1
    messages.forEach((message, index) => {
      if (index === failsAt) throw refused()
      trace.note(`publish ${message.topic} ${message.key.slice(-6)}`)
      transitions.published(message, by)
      if (taps) hear(taps, message)
      this.#take(message)
    })
    if (failsAt === messages.length) throw refused()
  }

  #take(message: Outgoing): void {
    const { random, faults, ids, clock } = this.#context
    const { body, ...head } = message
    const text = encodeBody(body)
    for (const queue of this.#queues.values()) {
      if (queue.consumer.topic !== message.topic) continue
      const { drop, duplicate, delay } = faults()
      if (random.chance(drop)) continue
      for (let copies = random.chance(duplicate) ? 2 : 1; copies > 0; copies--) {
        const lateMs = random.chance(delay) ? random.between(1, 20_000) : 0
        queue.waiting.push({ message: { ...head, id: ids.uuid() }, text, readyAtMs: clock.now() + lateMs })
      }
    }
  }
}

function acknowledge(queue: Queue, envelopes: readonly Envelope[]): void {
  queue.waiting = queue.waiting.filter((one) => !envelopes.includes(one))
}

/** Each consumer gets a copy of its own, parsed as on a wire. */
function parse({ message, text }: Envelope): Message {
  return { ...message, body: schemaOf(message.topic).parse(JSON.parse(text)) }
}

function hear(taps: Map<Topic, Set<(message: Message) => void>>, message: Outgoing): void {
  for (const listener of taps.get(message.topic) ?? []) listener({ ...message, id: 'heard' })
}

function placeOf(topic: Topic): number {
  return (states as readonly string[]).indexOf(topic)
}

function refused(): Fault {
  return new Fault('bus_unavailable', { retryable: true, publicMessage: 'The simulated bus took no message.' })
}
