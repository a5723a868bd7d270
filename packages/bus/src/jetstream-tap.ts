import type { NatsConnection, Subscription } from '@nats-io/transport-node'
import type { Topic } from '@species/contracts'
import type { Message } from './bus.ts'
import { openFrame, subjectIn } from './frame.ts'
import type { JetStreamContext } from './jetstream-worker.ts'

/** Passing messages, heard in this process: an ordinary subscription beside the stream, open only while there are listeners. */
export class JetStreamTap {
  readonly #connection: NatsConnection
  readonly #context: JetStreamContext
  readonly #topic: Topic
  readonly #listeners = new Set<(message: Message) => void>()
  #subscription: Subscription | undefined

  constructor(connection: NatsConnection, context: JetStreamContext, topic: Topic) {
    this.#connection = connection
    this.#context = context
    this.#topic = topic
  }

  get isHeard(): boolean {
    return this.#listeners.size > 0
  }

  add(listener: (message: Message) => void): () => void {
    this.#listeners.add(listener)
    this.#subscription ??= this.#connection.subscribe(subjectIn(this.#context.prefix, this.#topic, '*'), {
      callback: (error, message) => {
        if (!error) this.#hear(message.subject, message.string())
      },
    })
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.close()
    }
  }

  close(): void {
    this.#subscription?.unsubscribe()
    this.#subscription = undefined
  }

  #hear(subject: string, payload: string): void {
    let messages: readonly Message[]
    try {
      const opened = openFrame(this.#topic, subject, payload, this.#context.ids.uuid())
      messages = opened.messages
      for (const { error } of opened.unreadable)
        this.#context.log.warn({ topic: this.#topic, err: error }, 'a passing message cannot be read')
    } catch (error) {
      this.#context.log.warn({ topic: this.#topic, err: error }, 'a passing frame cannot be read')
      return
    }
    for (const message of messages) for (const listener of [...this.#listeners]) listener(message)
  }
}
