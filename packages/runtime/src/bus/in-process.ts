import { encodeBody, schemaOf, type Topic } from '@species/contracts'
import type { Ids } from '../clock.ts'
import type { Bus, Consumer, Message, Outgoing } from './bus.ts'
import { type BatchContext, processBatch } from './process-batch.ts'

/** Pauses of a message that comes again: doubled each time up to the last. */
const firstPauseMs = 50
const lastPauseMs = 5_000

interface Queue {
  readonly consumer: Consumer
  waiting: Message[]
  running: Promise<void> | undefined
  pauseMs: number
  timer: NodeJS.Timeout | undefined
}

/**
 * The bus inside one process. Bodies are encoded and parsed as they are on a real one, so that nothing travels here that
 * could not travel there. What is queued dies with the process: the sweeper drives unfinished events again.
 */
export function createInProcessBus(context: Omit<BatchContext, 'publish'> & { ids: Ids }): Bus {
  const queues = new Map<string, Queue>()
  const byTopic = new Map<Topic, Queue[]>()
  const taps = new Map<Topic, Set<(message: Message) => void>>()
  let started = false
  let closing = false

  const publish = (outgoing: readonly Outgoing[]): Promise<void> => {
    for (const one of outgoing) {
      const body: unknown = JSON.parse(encodeBody(one.body))
      const message = { ...one, id: context.ids.uuid(), body: schemaOf(one.topic).parse(body) } as Message
      for (const listener of taps.get(one.topic) ?? []) listener(message)
      for (const queue of byTopic.get(one.topic) ?? []) {
        queue.waiting.push(message)
        wake(queue)
      }
    }
    return Promise.resolve()
  }

  const wake = (queue: Queue): void => {
    if (!started || closing || queue.running || queue.timer || queue.waiting.length === 0) return
    // A turn of the event loop: what is published together is decided together; one alone does not wait for company.
    queue.running = new Promise((resolve) => setImmediate(resolve))
      .then(() => work(queue))
      .finally(() => {
        queue.running = undefined
        wake(queue)
      })
  }

  const work = async (queue: Queue): Promise<void> => {
    const { batch, rest } = takeBatch(queue.waiting, queue.consumer.maxBatch)
    queue.waiting = rest
    if (batch.length === 0) return
    const disposition = await processBatch(queue.consumer, batch, { ...context, publish })
      .catch((error: unknown) => {
        // Not even the failure could be stored (the database is away): everything comes again.
        context.log.warn({ consumer: queue.consumer.name, err: error }, 'batch comes again')
        return { done: [], again: batch }
      })
    if (disposition.again.length === 0) {
      queue.pauseMs = firstPauseMs
      return
    }
    queue.waiting.unshift(...disposition.again)
    queue.timer = setTimeout(() => {
      queue.timer = undefined
      wake(queue)
    }, queue.pauseMs)
    queue.pauseMs = Math.min(queue.pauseMs * 2, lastPauseMs)
  }

  return {
    durable: false,
    publish,
    subscribe(consumer) {
      const queue: Queue = { consumer: consumer as unknown as Consumer, waiting: [], running: undefined, pauseMs: firstPauseMs, timer: undefined }
      if (queues.has(consumer.name)) throw new Error(`two consumers named ${consumer.name}`)
      queues.set(consumer.name, queue)
      byTopic.set(consumer.topic, [...(byTopic.get(consumer.topic) ?? []), queue])
    },
    tap(topic, listener) {
      const listeners = taps.get(topic) ?? new Set()
      taps.set(topic, listeners)
      const heard = listener as unknown as (message: Message) => void
      listeners.add(heard)
      return () => listeners.delete(heard)
    },
    start() {
      started = true
      for (const queue of queues.values()) wake(queue)
      return Promise.resolve()
    },
    backlog: () => new Map([...queues].map(([name, queue]) => [name, queue.waiting.length])),
    async close() {
      closing = true
      for (const queue of queues.values()) clearTimeout(queue.timer)
      await Promise.all([...queues.values()].map((queue) => queue.running))
    },
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
