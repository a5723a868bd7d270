import type { Metrics } from '@species/platform'
import type { Consumer, Message } from './bus.ts'
import { type BatchContext, type FailedAlone, processBatch } from './process-batch.ts'

/** Pauses of a message that comes again: doubled each time up to the last. */
const firstPauseMs = 50
const lastPauseMs = 5_000
/**
 * A batch begins no sooner than this after the one before it, unless a full one waits: what a batch costs whatever its size
 * (round trips, commits, frames) is then shared. An event that comes alone finds the time already over.
 */
const paceMs = 10

export interface WorkQueueContext extends BatchContext {
  readonly metrics: Pick<Metrics, 'batchSeconds' | 'batchSize'>
  /** Messages that are worked on for good, or parked. */
  done?(messages: readonly Message[]): void
}

/** What waits in this process for one consumer, worked on one batch at a time. Every bus hands its messages to one of these. */
export class WorkQueue {
  readonly #consumer: Consumer
  readonly #context: WorkQueueContext
  #waiting: Message[] = []
  /** Each of these failed alone, and waits alone before it is tried again. */
  readonly #resting = new Map<Message, NodeJS.Timeout>()
  #running: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #pauseMs = firstPauseMs
  #started = false
  #begunAt = -Infinity

  constructor(consumer: Consumer, context: WorkQueueContext) {
    this.#consumer = consumer
    this.#context = context
  }

  get length(): number {
    return this.#waiting.length + this.#resting.size
  }

  push(...messages: readonly Message[]): void {
    this.#waiting.push(...messages)
    this.#wake()
  }

  start(): void {
    this.#started = true
    this.#wake()
  }

  /** Lets the batch that runs finish; starts no other. */
  async close(): Promise<void> {
    this.#started = false
    clearTimeout(this.#timer)
    await this.#running
    for (const timer of this.#resting.values()) clearTimeout(timer)
  }

  #wake(): void {
    if (!this.#started || this.#running || this.#timer || this.#waiting.length === 0) return
    const early = this.#waiting.length >= this.#consumer.maxBatch ? 0 : this.#begunAt + paceMs - performance.now()
    if (early > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined
        this.#wake()
      }, Math.ceil(early))
      return
    }
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
    this.#begunAt = performance.now()
    const consumer = this.#consumer.name
    const stop = this.#context.metrics.batchSeconds.startTimer({ consumer })
    this.#context.metrics.batchSize.observe({ consumer }, batch.length)
    const { done, again, alone } = await processBatch(this.#consumer, batch, this.#context)
    stop()
    if (done.length > 0) this.#context.done?.(done)
    for (const one of alone) this.#rest(one)
    if (again.length === 0) this.#pauseMs = firstPauseMs
    else this.#comeAgain(again)
  }

  /** No other work waits for what failed by itself. */
  #rest({ message, attempts }: FailedAlone): void {
    const timer = setTimeout(
      () => {
        this.#resting.delete(message)
        this.push(message)
      },
      Math.min(firstPauseMs * 2 ** (attempts - 1), lastPauseMs),
    )
    this.#resting.set(message, timer)
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
