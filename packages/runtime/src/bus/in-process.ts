import { type Topic, encodeBody, schemaOf } from '@species/contracts'
import type { Ids } from '../clock.ts'
import type { Metrics } from '../metrics.ts'
import type { Bus, Consumer, Message, Outgoing } from './bus.ts'
import { type BatchContext, processBatch } from './process-batch.ts'

/** Pauses of a message that comes again: doubled each time up to the last. */
const firstPauseMs = 50
const lastPauseMs = 5_000

type Context = Omit<BatchContext, 'publish'> & {
  readonly ids: Ids
  readonly metrics: Pick<Metrics, 'batchSeconds' | 'batchSize'>
}

/**
 * The bus inside one process. Bodies are encoded and parsed as they are on a real one, so that nothing travels here that
 * could not travel there. What is queued dies with the process: the sweeper drives unfinished events again.
 */
export function createInProcessBus(context: Context): Bus {
  return new InProcessBus(context)
}

class InProcessBus implements Bus {
  readonly durable = false
  readonly #context: Context
  readonly #queues = new Map<string, Queue>()
  readonly #byTopic = new Map<Topic, Queue[]>()
  readonly #taps = new Map<Topic, Set<(message: Message) => void>>()

  constructor(context: Context) {
    this.#context = context
  }

  publish(outgoing: readonly Outgoing[]): Promise<void> {
    for (const one of outgoing) {
      const text = encodeBody(one.body)
      const parse = (): Message => ({
        ...one,
        id: this.#context.ids.uuid(),
        body: schemaOf(one.topic).parse(JSON.parse(text)),
      })
      const taps = this.#taps.get(one.topic)
      if (taps && taps.size > 0) {
        const heard = parse()
        for (const listener of [...taps]) listener(heard)
      }
      // Each consumer gets a copy of its own, as over a wire.
      for (const queue of this.#byTopic.get(one.topic) ?? []) queue.push(parse())
    }
    return Promise.resolve()
  }

  subscribe<T extends Topic>(consumer: Consumer<T>): void {
    if (this.#queues.has(consumer.name)) throw new Error(`two consumers named ${consumer.name}`)
    const queue = new Queue(consumer, this.#context, (messages) => this.publish(messages))
    this.#queues.set(consumer.name, queue)
    this.#byTopic.set(consumer.topic, [...(this.#byTopic.get(consumer.topic) ?? []), queue])
  }

  tap<T extends Topic>(topic: T, listener: (message: Message<T>) => void): () => void {
    const listeners = this.#taps.get(topic) ?? new Set()
    this.#taps.set(topic, listeners)
    const heard = listener as unknown as (message: Message) => void
    listeners.add(heard)
    return () => {
      listeners.delete(heard)
    }
  }

  start(): Promise<void> {
    for (const queue of this.#queues.values()) queue.start()
    return Promise.resolve()
  }

  backlog(): ReadonlyMap<string, number> {
    return new Map([...this.#queues].map(([name, queue]) => [name, queue.length]))
  }

  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()))
  }
}

/** What waits for one consumer, worked on one batch at a time. */
class Queue {
  readonly #consumer: Consumer
  readonly #context: Context
  readonly #publish: BatchContext['publish']
  #waiting: Message[] = []
  #running: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #pauseMs = firstPauseMs
  #started = false

  constructor(consumer: Consumer, context: Context, publish: BatchContext['publish']) {
    this.#consumer = consumer
    this.#context = context
    this.#publish = publish
  }

  get length(): number {
    return this.#waiting.length
  }

  push(message: Message): void {
    this.#waiting.push(message)
    this.#wake()
  }

  start(): void {
    this.#started = true
    this.#wake()
  }

  async close(): Promise<void> {
    this.#started = false
    clearTimeout(this.#timer)
    await this.#running
  }

  #wake(): void {
    if (!this.#started || this.#running || this.#timer || this.#waiting.length === 0) return
    // A turn of the event loop: what is published together is decided together; one alone does not wait for company.
    this.#running = new Promise((resolve) => setImmediate(resolve))
      .then(() => this.#work())
      .finally(() => {
        this.#running = undefined
        this.#wake()
      })
  }

  async #work(): Promise<void> {
    const { batch, rest } = takeBatch(this.#waiting, this.#consumer.maxBatch)
    this.#waiting = rest
    const consumer = this.#consumer.name
    const stop = this.#context.metrics.batchSeconds.startTimer({ consumer })
    this.#context.metrics.batchSize.observe({ consumer }, batch.length)
    const { again } = await processBatch(this.#consumer, batch, { ...this.#context, publish: this.#publish }).catch(
      (error: unknown) => {
        // Not even the failure could be stored (the database is away): everything comes again.
        this.#context.log.warn({ consumer, err: error }, 'batch comes again')
        return { again: batch }
      },
    )
    stop()
    if (again.length === 0) this.#pauseMs = firstPauseMs
    else this.#comeAgain(again)
  }

  #comeAgain(messages: readonly Message[]): void {
    this.#waiting.unshift(...messages)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#wake()
    }, this.#pauseMs)
    this.#pauseMs = Math.min(this.#pauseMs * 2, lastPauseMs)
  }
}

/** Up to `limit` messages, each key once (a repeated key waits for the next batch), in the order of their keys' time. */
export function takeBatch(waiting: readonly Message[], limit: number): { batch: Message[]; rest: Message[] } {
  const seen = new Set<string>()
  const batch: Message[] = []
  const rest: Message[] = []
  for (const message of waiting) {
    if (batch.length < limit && !seen.has(message.key)) {
      seen.add(message.key)
      batch.push(message)
    } else rest.push(message)
  }
  batch.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  return { batch, rest }
}
