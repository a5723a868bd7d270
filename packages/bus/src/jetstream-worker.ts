import type { NatsConnection } from '@nats-io/transport-node'
import type { Ids } from '@species/platform'
import type { Metrics } from '@species/platform'
import type { Consumer, Message } from './bus.ts'
import { type DeliveredFrame, FrameIntake } from './frame-intake.ts'
import { type Frame, type OpenedFrame, openFrame } from './frame.ts'
import type { HeldFrames } from './held-frames.ts'
import { ackWaitMs, streamOf } from './jetstream-topology.ts'
import { WorkQueue, type WorkQueueContext } from './work-queue.ts'

export interface JetStreamContext extends Omit<WorkQueueContext, 'publish' | 'done'> {
  readonly ids: Ids
  readonly metrics: WorkQueueContext['metrics'] & Pick<Metrics, 'unreadableFrames'>
  /** First word of all subjects and streams; another than `species` where several marketplaces share a server. */
  readonly prefix: string
}

export interface WorkerContext extends JetStreamContext, Pick<WorkQueueContext, 'publish'> {
  readonly connection: NatsConnection
  readonly held: HeldFrames
  /** Sends frames as they are; rejects where any was not taken. */
  republish(frames: readonly Frame[]): Promise<void>
  missing(): void
  /** Messages are done: a waiting consumer may ask for more. */
  madeRoom(): void
}

/** How many messages a process has under way before it takes no more: what waits longer, another process may take. */
const maxUnderWay = 4_000
/** A frame that cannot be read comes again so often, in case a newer program can; then it is given up. */
const maxUnreadable = 10

/** One consumer in this process: frames come in, and their messages are worked on. */
export class JetStreamWorker {
  readonly #queue: WorkQueue
  readonly #intake: FrameIntake
  readonly #context: WorkerContext
  readonly #name: string
  readonly #read: (frame: DeliveredFrame) => OpenedFrame

  constructor(consumer: Consumer, context: WorkerContext) {
    this.#context = context
    this.#name = consumer.name
    // There from the start, so that the first one is seen as a rise.
    context.metrics.unreadableFrames.inc({ consumer: consumer.name }, 0)
    this.#read = (frame) => openFrame(consumer.topic, frame.subject, frame.payload, frame.id)
    this.#queue = new WorkQueue(consumer, {
      ...context,
      done: (messages) => {
        context.held.done(messages)
        context.madeRoom()
      },
    })
    this.#intake = new FrameIntake({
      connection: context.connection,
      stream: streamOf(context.prefix, consumer.topic),
      consumer: consumer.name,
      hasRoom: () => this.#queue.length < 2 * consumer.maxBatch && context.held.messages < maxUnderWay,
      take: (frame) => {
        this.#take(frame)
      },
      missing: () => {
        context.missing()
      },
    })
  }

  get backlog(): number {
    return this.#queue.length + this.#intake.pending
  }

  start(): void {
    this.#queue.start()
    this.#intake.start()
  }

  push(message: Message): void {
    this.#queue.push(message)
  }

  wake(): void {
    this.#intake.wake()
  }

  reconnected(): void {
    this.#intake.restart()
  }

  async close(): Promise<void> {
    this.#intake.stop()
    await this.#queue.close()
  }

  #take(frame: DeliveredFrame): void {
    let opened: OpenedFrame
    try {
      opened = this.#read(frame)
    } catch (error) {
      this.#setAside(frame, error)
      return
    }
    const { messages, unreadable } = opened
    const [first] = unreadable
    if (!first) this.#work(frame, messages)
    else if (messages.length + unreadable.length === 1) this.#setAside(frame, first.error)
    else void this.#isolate(frame, opened)
  }

  #work(frame: DeliveredFrame, messages: readonly Message[]): void {
    this.#context.held.take(frame, messages)
    this.#queue.push(...messages)
  }

  /**
   * Gives each message that cannot be read a frame of its own, to come again alone, and works on the others. Where that cannot be
   * sent the whole frame comes again, and nothing of it was worked on.
   */
  async #isolate(frame: DeliveredFrame, { messages, unreadable }: OpenedFrame): Promise<void> {
    const { log } = this.#context
    const head = { consumer: this.#name, subject: frame.subject, frame: frame.id, unreadable: unreadable.length }
    try {
      await this.#context.republish(unreadable.map((one) => one.frame))
    } catch (error) {
      log.warn({ ...head, err: error }, 'messages that cannot be read could not be sent alone; their frame comes again')
      frame.refuse(ackWaitMs)
      return
    }
    log.error({ ...head, err: unreadable[0]?.error }, 'messages of a frame cannot be read: each comes again alone')
    if (messages.length === 0) frame.acknowledge()
    else this.#work(frame, messages)
  }

  /** What is given up is gone: the log keeps its head, and the sweeper drives the events that were in it. */
  #setAside(frame: DeliveredFrame, error: unknown): void {
    const { log, metrics } = this.#context
    const { subject, id, deliveries } = frame
    const head = { consumer: this.#name, subject, frame: id, deliveries, err: error }
    if (deliveries < maxUnreadable) {
      log.error(head, 'a frame cannot be read')
      frame.refuse(ackWaitMs)
      return
    }
    log.error(head, 'a frame that cannot be read is given up')
    metrics.unreadableFrames.inc({ consumer: this.#name })
    frame.acknowledge()
  }
}
