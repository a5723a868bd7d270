import type { Body, NoticeName, Topic } from '@species/contracts'
import { partitionOf } from '@species/kernel'

/** What travels between modules. The bus is a doorbell: it may lose, repeat or reorder any message. */
export interface Message<T extends Topic = Topic> {
  /** New for every publication, so that no duplicate window swallows a re-drive. */
  readonly id: string
  readonly topic: T
  /** What the message is about: the eventKey, or the key of the thing. A batch has each key once. */
  readonly key: string
  readonly partition: number
  /** W3C `traceparent` of the request that set it off. */
  readonly trace: string
  readonly body: Body<T>
}

export type Outgoing<T extends Topic = Topic> = { readonly [K in T]: Omit<Message<K>, 'id'> }[T]

/**
 * Works on one topic. `handle` gets each key once, in accept order, decides the batch in one transaction and returns what
 * is to be published. The runner publishes that after it returns, and acknowledges the input only after the publish.
 * It must give the same answer when the same message comes again.
 */
export interface Consumer<T extends Topic = Topic> {
  readonly name: string
  readonly topic: T
  readonly maxBatch: number
  handle(batch: readonly Message<T>[]): Promise<readonly Outgoing[]>
}

export interface Bus {
  /** False: what is queued dies with the process, so unfinished events are driven again at the next start. */
  readonly durable: boolean
  /** Resolves once the bus has taken all of them. */
  publish(messages: readonly Outgoing[]): Promise<void>
  /** Works on the consumer's messages here. Several processes may: each message goes to one of them. */
  subscribe<T extends Topic>(consumer: Consumer<T>): void
  /** Another process consumes them: published messages are kept for it. */
  declare(consumer: { readonly name: string; readonly topic: Topic }): void
  /**
   * Hears a topic in this process as it passes: for caches and live streams, never for work. What is published here is heard; what
   * another process hands over within itself is not, and the end of an event always is. Returns the way to stop.
   */
  tap<T extends Topic>(topic: T, listener: (message: Message<T>) => void): () => void
  start(): Promise<void>
  /** How many messages wait here, by consumer. */
  backlog(): ReadonlyMap<string, number>
  /** Whether the broker can be reached now; absent where there is none. */
  isConnected?(): boolean
  /** Stops taking new work, lets what runs finish, and lets go. */
  close(): Promise<void>
}

/** A notice about something other than the state of an event. The messages of an event's states are built by `packages/flow` alone. */
export function about<T extends NoticeName>(
  topic: T,
  cause: { readonly trace: string },
  subject: { readonly key: string; readonly partitionKey: string },
  body: Body<T>,
): Outgoing<T> {
  return {
    topic,
    key: subject.key,
    partition: partitionOf(subject.partitionKey),
    trace: cause.trace,
    body,
  }
}
