import { JetStreamApiError, type JetStreamClient, jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { type Topic, endStates } from '@species/contracts'
import { Fault } from '@species/kernel'
import type { Bus, Consumer, Message, Outgoing } from './bus.ts'
import { type Frame, packFrames } from './frame.ts'
import { HeldFrames } from './held-frames.ts'
import { JetStreamTap } from './jetstream-tap.ts'
import { ackWaitMs, forgottenConsumers, reconcile } from './jetstream-topology.ts'
import { type JetStreamContext, JetStreamWorker } from './jetstream-worker.ts'
import { type NatsSettings, connectNats, replicasFor } from './nats.ts'

/** How long a publication may stay unanswered before the batch comes again. */
const publishMs = 5_000
/** What could not be sent is tried again so often; so much of it is kept. */
const resendMs = 1_000
const maxUnsent = 2_000
/** The server counts the headers of a message as part of its payload: ours hold an id and the stream's name for it. */
const headerBytes = 512
/** JetStream's own error for a message over its stream's `max_msg_size` (NATS, ADR-7). */
const overStreamLimit = 10_054

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
  try {
    await bus.declareAll()
  } catch (error) {
    // An open connection would keep a process alive that could not start.
    await connection.close()
    if (error instanceof Fault) throw error
    throw new Fault('bus_unreachable', {
      retryable: true,
      publicMessage: `NATS answers, but takes no streams: ${error instanceof Error ? error.message : String(error)}. Is JetStream on, and does the cluster have a leader?`,
      cause: error,
    })
  }
  return bus
}

interface Failure {
  readonly frame: Frame
  readonly cause: unknown
}

const neverTaken = (frame: Frame): Failure => ({ frame, cause: undefined })

/** Frames that were not taken: now, or ever. */
interface Rejected {
  readonly away: readonly Failure[]
  readonly tooLarge: readonly Failure[]
}

/** Throws a Fault where frames were not taken; one that is retryable where any of them may be later. */
function failOn({ away: [away], tooLarge: [tooLarge] }: Rejected): void {
  if (away)
    throw new Fault('bus_unavailable', {
      retryable: true,
      publicMessage: 'Messages cannot be sent at the moment.',
      cause: away.cause,
    })
  if (tooLarge)
    throw new Fault('message_too_large', {
      retryable: false,
      publicMessage: 'A message is larger than the bus takes.',
      detail: { subject: tooLarge.frame.subject, characters: tooLarge.frame.payload.length },
      cause: tooLarge.cause,
    })
}

class JetStreamBus implements Bus {
  readonly durable = true
  readonly #connection: NatsConnection
  readonly #replicas: number
  readonly #context: JetStreamContext
  readonly #client: JetStreamClient
  readonly #declared = new Map<string, { name: string; topic: Topic }>()
  readonly #workers = new Map<string, JetStreamWorker>()
  readonly #taps = new Map<Topic, JetStreamTap>()
  readonly #held = new HeldFrames()
  #declaring: Promise<void> | undefined
  #extending: NodeJS.Timeout | undefined
  #resending: NodeJS.Timeout | undefined
  #connected = true
  readonly #unsent: Frame[] = []

  constructor(connection: NatsConnection, replicas: number, context: JetStreamContext) {
    this.#connection = connection
    this.#replicas = replicas
    this.#context = context
    this.#client = jetstream(connection, { timeout: publishMs })
    void this.#followConnection()
  }

  /**
   * What accept and the jobs publish is published once: they have stored that it is done. So what could not be sent is kept for
   * a while, and sent when the server is back; it is told to the caller all the same, and the sweeper would find it too.
   */
  async publish(outgoing: readonly Outgoing[]): Promise<void> {
    const { away, tooLarge } = await this.#offer(packFrames(this.#context.prefix, outgoing))
    this.#keep(away)
    failOn({ away, tooLarge })
  }

  async #resend(): Promise<void> {
    if (this.#unsent.length === 0 || !this.#connected) return
    const { away, tooLarge } = await this.#offer(this.#unsent.splice(0))
    this.#keep(away)
    for (const { frame } of tooLarge)
      this.#context.log.error({ subject: frame.subject }, 'a frame that the server can never take is given up')
  }

  #keep(unsent: readonly Failure[]): void {
    this.#unsent.push(...unsent.slice(0, maxUnsent - this.#unsent.length).map(({ frame }) => frame))
  }

  /** Offers each frame to the server, and tells which it did not take now, and which it never can. */
  async #offer(frames: readonly Frame[]): Promise<Rejected> {
    const rejected: { away: Failure[]; tooLarge: Failure[] } = { away: [], tooLarge: [] }
    await Promise.all(
      frames.map(async (frame) => {
        if (this.#isTooLarge(frame)) {
          rejected.tooLarge.push(neverTaken(frame))
          return
        }
        try {
          if (!this.#connected) throw new Error('the connection to NATS is lost')
          const { subject, payload } = frame
          await this.#client.publish(subject, payload, { msgID: this.#context.ids.uuid(), timeout: publishMs })
        } catch (cause) {
          const isTooLarge = cause instanceof JetStreamApiError && cause.code === overStreamLimit
          rejected[isTooLarge ? 'tooLarge' : 'away'].push({ frame, cause })
        }
      }),
    )
    // No server answers, or the stream was lost with its storage: create it again; the batch will be redelivered.
    if (rejected.away.length > 0) this.#declareAgain()
    return rejected
  }

  /** Sends the answers to a batch, or none of them where one is too large: the batch is decided in halves then. */
  async #send(frames: readonly Frame[]): Promise<void> {
    const tooLarge = frames.filter((frame) => this.#isTooLarge(frame))
    failOn(tooLarge.length > 0 ? { away: [], tooLarge: tooLarge.map(neverTaken) } : await this.#offer(frames))
  }

  #isTooLarge({ payload }: Frame): boolean {
    return Buffer.byteLength(payload) > (this.#connection.info?.max_payload ?? Infinity) - headerBytes
  }

  declare(consumer: { name: string; topic: Topic }): void {
    if (this.#declared.has(consumer.name)) throw new Error(`two consumers named ${consumer.name}`)
    this.#declared.set(consumer.name, { name: consumer.name, topic: consumer.topic })
  }

  subscribe<T extends Topic>(consumer: Consumer<T>): void {
    this.declare(consumer)
    const worker = new JetStreamWorker(consumer, {
      ...this.#context,
      connection: this.#connection,
      held: this.#held,
      republish: (frames) => this.#send(frames),
      publish: (messages, causes) => this.#answer(messages, causes),
      missing: () => {
        this.#declareAgain()
      },
      madeRoom: () => {
        for (const one of this.#workers.values()) one.wake()
      },
    })
    this.#workers.set(consumer.name, worker)
  }

  tap<T extends Topic>(topic: T, listener: (message: Message<T>) => void): () => void {
    const tap = this.#taps.get(topic) ?? new JetStreamTap(this.#connection, this.#context, topic)
    this.#taps.set(topic, tap)
    return tap.add(listener as unknown as (message: Message) => void)
  }

  async start(): Promise<void> {
    await this.declareAll()
    await this.#warnOfForgotten()
    for (const worker of this.#workers.values()) worker.start()
    this.#extending = setInterval(() => {
      this.#held.extend()
    }, ackWaitMs / 3)
    this.#resending = setInterval(() => {
      void this.#resend()
    }, resendMs)
  }

  /** Removes nothing: a process of an older version may still work for it. */
  async #warnOfForgotten(): Promise<void> {
    const manager = await jetstreamManager(this.#connection, { timeout: publishMs, checkAPI: false })
    for (const one of await forgottenConsumers(manager, this.#context.prefix, [...this.#declared.values()]))
      this.#context.log.warn(
        { ...one, remove: `nats consumer rm ${one.stream} ${one.consumer}` },
        'a consumer that no part of this version declares holds messages: remove it once no older version runs',
      )
  }

  isConnected(): boolean {
    return this.#connected
  }

  backlog(): ReadonlyMap<string, number> {
    return new Map([...this.#workers].map(([name, worker]) => [name, worker.backlog]))
  }

  async close(): Promise<void> {
    clearInterval(this.#extending)
    clearInterval(this.#resending)
    await Promise.all([...this.#workers.values()].map((worker) => worker.close()))
    // This process does not work on the rest: release it for others now.
    this.#held.refuse()
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

  /**
   * Sends the answers to a batch. What only consumers of this process wait for is handed to them here, and the frames that
   * caused it stay unacknowledged until they are done with it too: if the process dies on the way, the frames come again, and
   * every module on the way finds its stored outcome. The rest goes over the server.
   */
  async #answer(outgoing: readonly Outgoing[], causes: readonly Message[]): Promise<void> {
    const remote: Outgoing[] = []
    const local: { one: Outgoing; workers: readonly JetStreamWorker[] }[] = []
    for (const one of outgoing) {
      const workers = this.#localWorkers(one.topic)
      if (workers) local.push({ one, workers })
      else remote.push(one)
    }
    if (remote.length > 0) await this.#send(packFrames(this.#context.prefix, remote))
    const publication = this.#context.ids.uuid()
    const causeOf = new Map(causes.map((cause) => [cause.key, cause]))
    for (const [index, { one, workers }] of local.entries()) {
      const cause = causeOf.get(one.key)
      for (const worker of workers) {
        const message: Message = { ...one, id: `${publication}-${index}` }
        this.#held.inherit(message, cause ? [cause] : causes)
        worker.push(message)
      }
    }
  }

  /**
   * The consumers of a topic, if all of them are in this process and none here listens to it. Listeners elsewhere do not hear what is handed
   * over, and ask the rows for it: to publish every state for them as well costs a quarter of the rate. An end they always hear.
   */
  #localWorkers(topic: Topic): readonly JetStreamWorker[] | undefined {
    if (this.#taps.get(topic)?.isHeard === true || (endStates as readonly string[]).includes(topic)) return undefined
    const workers: JetStreamWorker[] = []
    for (const { name, topic: declared } of this.#declared.values()) {
      if (declared !== topic) continue
      const worker = this.#workers.get(name)
      if (!worker) return undefined
      workers.push(worker)
    }
    return workers.length === 0 ? undefined : workers
  }

  #declareAgain(): void {
    if (this.#declaring || this.#connection.isClosed()) return
    this.declareAll().catch((error: unknown) => {
      this.#context.log.warn({ err: error }, 'streams could not be declared; it is tried again')
    })
  }

  async #followConnection(): Promise<void> {
    for await (const status of this.#connection.status()) {
      if (status.type === 'disconnect') {
        this.#connected = false
        this.#context.log.warn('the connection to NATS is lost; it is tried again')
      }
      if (status.type !== 'reconnect') continue
      this.#connected = true
      this.#context.log.info('connected to NATS again')
      await this.declareAll().catch(() => undefined)
      for (const worker of this.#workers.values()) worker.reconnected()
    }
  }
}
