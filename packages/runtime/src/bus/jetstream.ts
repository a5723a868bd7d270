import { type JetStreamClient, jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection, Subscription } from '@nats-io/transport-node'
import type { Topic } from '@species/contracts'
import { Fault } from '@species/kernel'
import type { Ids } from '../clock.ts'
import type { Bus, Consumer, Message, Outgoing } from './bus.ts'
import { type DeliveredFrame, FrameIntake } from './frame-intake.ts'
import { openFrame, packFrames, subjectIn } from './frame.ts'
import { ackWaitMs, reconcile, streamOf } from './jetstream-topology.ts'
import { type NatsSettings, connectNats, replicasFor } from './nats.ts'
import { WorkQueue, type WorkQueueContext } from './work-queue.ts'

export interface JetStreamContext extends Omit<WorkQueueContext, 'publish' | 'done'> {
  readonly ids: Ids
  /** First word of all subjects and streams; another than `species` where several marketplaces share a server. */
  readonly prefix: string
}

/** How long a publication may stay unanswered before the batch comes again. */
const publishMs = 5_000
/** A frame that cannot be read comes again so often, in case a newer program can; then it is given up. */
const maxUnreadable = 10

/** The bus over NATS JetStream. Throws where the server cannot be reached, or has streams that differ in what cannot be changed. */
export async function createJetStreamBus(settings: NatsSettings, context: JetStreamContext): Promise<Bus> {
  const connection = await connectNats(settings).catch((error: unknown) => {
    throw new Fault('bus_unreachable', {
      retryable: true,
      publicMessage: `NATS cannot be reached: ${error instanceof Error ? error.message : String(error)}. Check NATS_URL.`,
      cause: error,
    })
  })
  const bus = new JetStreamBus(connection, replicasFor(settings.url), context)
  await bus.declareAll()
  return bus
}

class JetStreamBus implements Bus {
  readonly durable = true
  readonly #connection: NatsConnection
  readonly #replicas: number
  readonly #context: JetStreamContext
  readonly #client: JetStreamClient
  readonly #declared = new Map<string, { name: string; topic: Topic }>()
  readonly #workers = new Map<string, Worker>()
  readonly #taps = new Map<Topic, Tap>()
  #declaring: Promise<void> | undefined
  #extending: NodeJS.Timeout | undefined

  constructor(connection: NatsConnection, replicas: number, context: JetStreamContext) {
    this.#connection = connection
    this.#replicas = replicas
    this.#context = context
    this.#client = jetstream(connection, { timeout: publishMs })
    void this.#followConnection()
  }

  async publish(outgoing: readonly Outgoing[]): Promise<void> {
    const frames = packFrames(this.#context.prefix, outgoing)
    try {
      await Promise.all(
        frames.map((frame) =>
          this.#client.publish(frame.subject, frame.payload, { msgID: this.#context.ids.uuid(), timeout: publishMs }),
        ),
      )
    } catch (error) {
      // Nobody answers, or the stream is gone with its storage: make it again, and let the batch come again.
      this.#declareAgain()
      throw new Fault('bus_unavailable', {
        retryable: true,
        publicMessage: 'Messages cannot be sent at the moment.',
        cause: error,
      })
    }
  }

  declare(consumer: { name: string; topic: Topic }): void {
    if (this.#declared.has(consumer.name)) throw new Error(`two consumers named ${consumer.name}`)
    this.#declared.set(consumer.name, { name: consumer.name, topic: consumer.topic })
  }

  subscribe<T extends Topic>(consumer: Consumer<T>): void {
    this.declare(consumer)
    const context = { ...this.#context, publish: (messages: readonly Outgoing[]) => this.publish(messages) }
    this.#workers.set(
      consumer.name,
      new Worker(consumer, this.#connection, context, () => {
        this.#declareAgain()
      }),
    )
  }

  tap<T extends Topic>(topic: T, listener: (message: Message<T>) => void): () => void {
    const tap = this.#taps.get(topic) ?? new Tap(this.#connection, this.#context, topic)
    this.#taps.set(topic, tap)
    return tap.add(listener as unknown as (message: Message) => void)
  }

  async start(): Promise<void> {
    await this.declareAll()
    for (const worker of this.#workers.values()) worker.start()
    this.#extending = setInterval(() => {
      for (const worker of this.#workers.values()) worker.extend()
    }, ackWaitMs / 3)
  }

  backlog(): ReadonlyMap<string, number> {
    return new Map([...this.#workers].map(([name, worker]) => [name, worker.backlog]))
  }

  async close(): Promise<void> {
    clearInterval(this.#extending)
    await Promise.all([...this.#workers.values()].map((worker) => worker.close()))
    for (const tap of this.#taps.values()) tap.close()
    // What was acknowledged last is sent before the connection goes.
    await this.#connection.drain().catch(() => this.#connection.close())
  }

  /** Makes streams and consumers as they are declared. */
  async declareAll(): Promise<void> {
    this.#declaring ??= jetstreamManager(this.#connection, { timeout: publishMs, checkAPI: false })
      .then((manager) => reconcile(manager, this.#context.prefix, this.#replicas, [...this.#declared.values()]))
      .finally(() => {
        this.#declaring = undefined
      })
    await this.#declaring
  }

  #declareAgain(): void {
    if (this.#declaring || this.#connection.isClosed()) return
    this.declareAll().catch((error: unknown) => {
      this.#context.log.warn({ err: error }, 'streams could not be declared; it is tried again')
    })
  }

  async #followConnection(): Promise<void> {
    for await (const status of this.#connection.status()) {
      if (status.type === 'disconnect') this.#context.log.warn('the connection to NATS is lost; it is tried again')
      if (status.type !== 'reconnect') continue
      this.#context.log.info('connected to NATS again')
      await this.declareAll().catch(() => undefined)
      for (const worker of this.#workers.values()) worker.reconnected()
    }
  }
}

/** One consumer in this process: frames come in, their messages are worked on, and a frame is acknowledged when all of it is done. */
class Worker {
  readonly #queue: WorkQueue
  readonly #intake: FrameIntake
  readonly #consumer: Consumer
  readonly #context: JetStreamContext
  readonly #frameOf = new Map<Message, { frame: DeliveredFrame; left: number }>()

  constructor(
    consumer: Consumer,
    connection: NatsConnection,
    context: JetStreamContext & Pick<WorkQueueContext, 'publish'>,
    missing: () => void,
  ) {
    this.#consumer = consumer
    this.#context = context
    this.#queue = new WorkQueue(consumer, {
      ...context,
      done: (messages) => {
        this.#done(messages)
      },
    })
    this.#intake = new FrameIntake({
      connection,
      stream: streamOf(context.prefix, consumer.topic),
      consumer: consumer.name,
      hasRoom: () => this.#queue.length < 2 * consumer.maxBatch,
      take: (frame) => {
        this.#take(frame)
      },
      missing,
    })
  }

  get backlog(): number {
    return this.#queue.length + this.#intake.pending
  }

  start(): void {
    this.#queue.start()
    this.#intake.start()
  }

  reconnected(): void {
    this.#intake.restart()
  }

  extend(): void {
    for (const frame of new Set([...this.#frameOf.values()].map((held) => held.frame))) frame.extend()
  }

  async close(): Promise<void> {
    this.#intake.stop()
    await this.#queue.close()
    // Nobody here works on the rest: others need not wait until its time is over.
    for (const frame of new Set([...this.#frameOf.values()].map((held) => held.frame))) frame.refuse(0)
    this.#frameOf.clear()
  }

  #take(frame: DeliveredFrame): void {
    let messages: Message[]
    try {
      messages = openFrame(this.#consumer.topic, frame.subject, frame.payload, frame.id)
    } catch (error) {
      this.#context.log.error({ consumer: this.#consumer.name, frame: frame.id, err: error }, 'a frame cannot be read')
      if (frame.deliveries < maxUnreadable) frame.refuse(ackWaitMs)
      else frame.acknowledge()
      return
    }
    const held = { frame, left: messages.length }
    for (const message of messages) this.#frameOf.set(message, held)
    this.#queue.push(...messages)
  }

  #done(messages: readonly Message[]): void {
    for (const message of messages) {
      const held = this.#frameOf.get(message)
      this.#frameOf.delete(message)
      if (held && --held.left === 0) held.frame.acknowledge()
    }
    this.#intake.wake()
  }
}

/** What passes, heard in this process: an ordinary subscription beside the stream, open only while somebody listens. */
class Tap {
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
    let messages: Message[]
    try {
      messages = openFrame(this.#topic, subject, payload, this.#context.ids.uuid())
    } catch (error) {
      this.#context.log.warn({ topic: this.#topic, err: error }, 'a passing frame cannot be read')
      return
    }
    for (const message of messages) for (const listener of [...this.#listeners]) listener(message)
  }
}
