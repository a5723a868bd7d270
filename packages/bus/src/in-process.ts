import { type Topic, encodeBody, schemaOf } from '@species/contracts'
import type { Ids } from '@species/platform'
import type { Bus, Consumer, Message, Outgoing } from './bus.ts'
import { WorkQueue, type WorkQueueContext } from './work-queue.ts'

type Context = Omit<WorkQueueContext, 'publish' | 'done'> & {
  readonly ids: Ids
  /**
   * Encode and parse every body as a wire would, with a copy for each consumer, so that nothing travels here that could not
   * travel there: for tests and drills. It costs more than the decisions do.
   */
  readonly asOverAWire?: boolean
}

/**
 * The bus inside one process: messages are handed from module to module. What is queued dies with the process: the sweeper
 * drives unfinished events again.
 */
export function createInProcessBus(context: Context): Bus {
  return new InProcessBus(context)
}

class InProcessBus implements Bus {
  readonly durable = false
  readonly #context: Context
  readonly #queues = new Map<string, WorkQueue>()
  readonly #byTopic = new Map<Topic, WorkQueue[]>()
  readonly #taps = new Map<Topic, Set<(message: Message) => void>>()

  constructor(context: Context) {
    this.#context = context
  }

  async publish(outgoing: readonly Outgoing[]): Promise<void> {
    const byQueue = new Map<WorkQueue, Message[]>()
    const publication = this.#context.ids.uuid()
    for (const [index, one] of outgoing.entries()) {
      const copy = this.#copier(one, `${publication}-${index}`)
      const taps = this.#taps.get(one.topic)
      if (taps && taps.size > 0) {
        const heard = copy()
        for (const listener of [...taps]) listener(heard)
      }
      for (const queue of this.#byTopic.get(one.topic) ?? []) {
        const messages = byQueue.get(queue)
        if (messages) messages.push(copy())
        else byQueue.set(queue, [copy()])
      }
    }
    for (const [queue, messages] of byQueue) queue.push(...messages)
  }

  #copier(one: Outgoing, id: string): () => Message {
    if (this.#context.asOverAWire !== true) return () => ({ ...one, id })
    const text = encodeBody(one.body)
    return () => ({ ...one, id, body: schemaOf(one.topic).parse(JSON.parse(text)) })
  }

  subscribe<T extends Topic>(consumer: Consumer<T>): void {
    if (this.#queues.has(consumer.name)) throw new Error(`two consumers named ${consumer.name}`)
    const queue = new WorkQueue(consumer, { ...this.#context, publish: (messages) => this.publish(messages) })
    this.#queues.set(consumer.name, queue)
    this.#byTopic.set(consumer.topic, [...(this.#byTopic.get(consumer.topic) ?? []), queue])
  }

  /** There is no other process. */
  declare(): void {}

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
