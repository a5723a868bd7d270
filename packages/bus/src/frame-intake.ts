import { type Msg, type NatsConnection, type Subscription, createInbox } from '@nats-io/transport-node'

/** A frame as it was delivered; it comes again, here or elsewhere, until it is acknowledged. */
export interface DeliveredFrame {
  readonly subject: string
  readonly id: string
  readonly payload: string
  acknowledge(): void
  /** Still in progress: do not deliver it elsewhere yet. */
  extend(): void
  /** Give it again, after a pause. */
  refuse(pauseMs: number): void
  /** Which delivery of this frame it is, from 1. */
  readonly deliveries: number
}

export interface IntakeOptions {
  readonly connection: NatsConnection
  readonly stream: string
  readonly consumer: string
  /** Whether there is room here for more. */
  hasRoom(): boolean
  take(frame: DeliveredFrame): void
  /** The server does not know the consumer, or it has no leader: called before each further try. */
  missing(): void
}

/** Frames asked for at once. Few, so that a process that stands still keeps few from the others. */
const framesPerPull = 32
/** How long the server keeps a request open; a process that stands still gets nothing more after that. */
const pullMs = 5_000
const pauseMs = 250

/**
 * Asks the server for frames of one durable consumer, one request at a time (NATS, JetStream wire API: CONSUMER.MSG.NEXT). The
 * client library's own loop waits for heartbeats and for its own timers before it asks a restarted server again; this one
 * asks at once when it is told to.
 */
export class FrameIntake {
  readonly #options: IntakeOptions
  #subscription: Subscription | undefined
  #outstanding = 0
  #timer: NodeJS.Timeout | undefined
  #pending = 0
  #open = false

  constructor(options: IntakeOptions) {
    this.#options = options
  }

  /** Frames that wait at the server, as of the last delivery; none, after a request that brought nothing. */
  get pending(): number {
    return this.#pending
  }

  start(): void {
    this.#open = true
    this.#subscribe()
    this.#pull()
  }

  /** Asks again, if nothing is asked for and there is room. */
  wake(): void {
    if (this.#open && this.#outstanding === 0) this.#pull()
  }

  /** After the connection was lost: what was asked for before is forgotten by the server. */
  restart(): void {
    if (!this.#open) return
    this.#outstanding = 0
    this.#pull()
  }

  stop(): void {
    this.#open = false
    clearTimeout(this.#timer)
    this.#subscription?.unsubscribe()
  }

  #inbox = ''
  #subscribe(): void {
    this.#inbox = createInbox()
    this.#subscription = this.#options.connection.subscribe(this.#inbox, {
      callback: (error, message) => {
        if (error) this.#askLater()
        else if (message.reply === undefined || message.reply === '') this.#status(message)
        else this.#deliver(message)
      },
    })
  }

  #pull(): void {
    clearTimeout(this.#timer)
    if (!this.#open || this.#options.connection.isClosed()) return
    if (!this.#options.hasRoom()) {
      this.#outstanding = 0
      return
    }
    const { connection, stream, consumer } = this.#options
    this.#outstanding = framesPerPull
    connection.publish(
      `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`,
      JSON.stringify({ batch: framesPerPull, expires: pullMs * 1_000_000 }),
      { reply: this.#inbox },
    )
    // The server says when the time is over; this is for a server that has died or forgotten.
    this.#timer = setTimeout(() => {
      this.restart()
    }, pullMs + 1_000)
  }

  #askLater(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#options.missing()
      this.restart()
    }, pauseMs)
  }

  #status(message: Msg): void {
    const code = message.headers?.code ?? 0
    if (code === 100) return
    if (code !== 404 && code !== 408) {
      this.#askLater()
      return
    }
    // Otherwise a process that got one frame of many, while others took the rest, would report that backlog for ever.
    if (this.#outstanding === framesPerPull) this.#pending = 0
    this.restart()
  }

  #deliver(message: Msg): void {
    const { connection } = this.#options
    const reply = message.reply ?? ''
    const { deliveries, sequence, pending } = readReply(reply)
    this.#pending = pending
    this.#options.take({
      subject: message.subject,
      id: `${this.#options.stream}-${sequence}`,
      payload: message.string(),
      deliveries,
      acknowledge: () => {
        say(connection, reply, '+ACK')
      },
      extend: () => {
        say(connection, reply, '+WPI')
      },
      refuse: (ms) => {
        say(connection, reply, `-NAK {"delay": ${ms * 1_000_000}}`)
      },
    })
    this.#outstanding = Math.max(0, this.#outstanding - 1)
    if (this.#outstanding === 0) this.#pull()
  }
}

function say(connection: NatsConnection, reply: string, word: string): void {
  // An acknowledgement that gets lost brings the frame again, and the stored outcome is found.
  if (!connection.isClosed()) connection.publish(reply, word)
}

/**
 * The address of an acknowledgement: `$JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<time>.<pending>`.
 * Newer servers put the domain and a hash of the account before the stream, and may add a word at the end (NATS, ADR-15).
 */
export function readReply(reply: string): { deliveries: number; sequence: number; pending: number } {
  const words = reply.split('.')
  const at = words.length >= 11 ? 6 : 4
  return {
    deliveries: Number(words[at] ?? 1),
    sequence: Number(words[at + 1] ?? 0),
    pending: Number(words[at + 4] ?? 0),
  }
}
