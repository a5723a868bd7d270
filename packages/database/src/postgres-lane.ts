import type { Socket } from 'node:net'
import postgres from 'postgres'
import type { PostgresAddress } from './postgres-address.ts'
import { failure, noConnection } from './postgres-socket.ts'
import { wireTypes } from './postgres-types.ts'

export interface LaneOptions {
  readonly address: PostgresAddress
  /** Opens the one socket of this lane. */
  readonly connect: () => Promise<Socket>
  /** Parameters of the session. */
  readonly session: Readonly<Record<string, string | number>>
  /** A server that says nothing for so long while it is asked something is away. Undefined: waits for ever. */
  readonly silenceMs: number | undefined
  /** Called once, when the lane can no longer be used. */
  readonly onGone: (lane: Lane, reason: Error) => void
}

interface Asked {
  readonly atMs: number
  readonly reject: (reason: Error) => void
}

/**
 * One connection, for its own life and no longer. The driver would connect again under the same handle, and then a statement
 * of a broken transaction runs outside it, or takes the answer of another; so it gets a socket once, and is thrown away with
 * it. What waits for an answer is rejected at that moment, and what is asked later too.
 */
export class Lane {
  /** A transaction has it for itself. */
  taken = false
  /** How many have taken it and not given it back; its pool counts. */
  users = 0
  readonly bornAtMs = performance.now()
  readonly #sql: postgres.Sql
  /** In the order in which it was asked. */
  readonly #pending = new Set<Asked>()
  readonly #options: LaneOptions
  #socket: Socket | undefined
  #heardAtMs = 0
  #silenceTimer: NodeJS.Timeout | undefined
  #opened = false
  #gone: Error | undefined

  constructor(options: LaneOptions) {
    this.#options = options
    const { address } = options
    this.#sql = postgres({
      host: address.hosts.map(({ host }) => host).join('|'),
      port: address.hosts[0]?.port ?? 5432,
      user: address.user,
      pass: address.password,
      database: address.database,
      max: 1,
      types: wireTypes,
      fetch_types: false,
      onnotice: (notice: { readonly routine?: string; readonly message?: string }) => {
        if (isUnreplicated(notice)) this.drop(unreplicated())
      },
      connection: { application_name: address.applicationName, ...options.session },
      ssl: false,
      connect_timeout: address.connectTimeoutMs / 1_000,
      max_lifetime: null,
      idle_timeout: 0,
      socket: () => this.#open(),
    } as unknown as postgres.Options<Record<string, postgres.PostgresType>>)
  }

  get isGone(): boolean {
    return this.#gone !== undefined
  }

  /** Without parameters the text may hold several statements. */
  run(text: string, parameters: readonly unknown[] = []): Promise<postgres.RowList<postgres.Row[]>> {
    return this.#ask(() => this.#sql.unsafe(text, parameters as never[], { prepare: true }))
  }

  script(text: string): Promise<unknown> {
    return this.#ask(() => this.#sql.unsafe(text).simple())
  }

  /** Ends the lane at once; the server rolls back what was open. After a silence the socket is left for `linger`. */
  drop(reason: Error): void {
    if (this.#gone) return
    this.#gone = reason
    for (const { reject } of this.#pending) reject(reason)
    this.#pending.clear()
    clearTimeout(this.#silenceTimer)
    if (!isSilence(reason)) this.cut()
    this.#options.onGone(this, reason)
  }

  /**
   * After a silence: keeps the socket until the server says anything on it or closes it, for so long at most. A server that waits
   * for its standby keeps its end of a connection for as long as that takes, whatever becomes of ours.
   */
  async linger(atMostMs: number): Promise<void> {
    const socket = this.#socket
    const timer = setTimeout(() => {
      this.cut()
    }, atMostMs).unref()
    if (socket && !socket.destroyed) {
      // The driver would send what it still has when it hears an answer.
      socket.removeAllListeners('data').once('data', () => {
        this.cut()
      })
      await new Promise((resolve) => socket.once('close', resolve))
    }
    clearTimeout(timer)
    this.cut()
  }

  /** Closes the socket without a word. */
  cut(): void {
    this.#socket?.destroy()
    void this.#sql.end({ timeout: 0 }).catch(() => undefined)
  }

  /** Ends the lane after saying good-bye. */
  async end(): Promise<void> {
    if (this.#gone) return
    this.#gone = failure('CONNECTION_ENDED', 'the connection to the database was closed')
    await this.#sql.end({ timeout: 2 }).catch(() => undefined)
    this.#options.onGone(this, this.#gone)
  }

  #ask<T>(start: () => PromiseLike<T>): Promise<T> {
    if (this.#gone) return Promise.reject(this.#gone)
    return new Promise((resolve, reject) => {
      const asked = { atMs: performance.now(), reject }
      this.#pending.add(asked)
      this.#listen()
      start().then(
        (answer) => {
          this.#pending.delete(asked)
          resolve(answer)
        },
        (error: unknown) => {
          this.#pending.delete(asked)
          const reason = endsConnection(error) ? noConnection(error) : error
          if (reason !== error || isReadOnly(reason)) this.drop(reason as Error)
          reject(reason instanceof Error ? reason : new Error(String(reason)))
        },
      )
    })
  }

  async #open(): Promise<Socket> {
    if (this.#opened || this.#gone) throw this.#gone ?? failure('CONNECTION_CLOSED', 'the connection was lost')
    this.#opened = true
    try {
      const socket = await this.#options.connect()
      // Closed while it was opened: nothing else would ever close this socket.
      if (this.isGone) socket.destroy()
      this.#socket = socket
      this.#watch(socket)
      return socket
    } catch (error) {
      const reason = noConnection(error)
      this.drop(reason)
      throw reason
    }
  }

  #watch(socket: Socket): void {
    socket.once('error', (error) => {
      this.drop(noConnection(error))
    })
    socket.once('close', () => {
      this.drop(failure('CONNECTION_CLOSED', 'the database closed the connection'))
    })
    this.#heardAtMs = performance.now()
    socket.on('data', () => {
      this.#heardAtMs = performance.now()
    })
    this.#listen()
  }

  /**
   * One timer, for as long as something is pending. Only what is received counts: a socket's own timer starts again with each
   * thing that is sent, so whoever keeps asking a dead server would wait for ever.
   */
  #listen(): void {
    const { silenceMs } = this.#options
    if (silenceMs === undefined || this.#silenceTimer || !this.#socket || this.#gone) return
    const [oldest] = this.#pending
    if (!oldest) return
    const leftMs = Math.max(this.#heardAtMs, oldest.atMs) + silenceMs - performance.now()
    if (leftMs <= 0) {
      this.drop(
        failure('ETIMEDOUT', `the database said nothing for ${silenceMs} ms; it may have done what it was asked`),
      )
      return
    }
    this.#silenceTimer = setTimeout(() => {
      this.#silenceTimer = undefined
      // A process that stood still itself first reads what came meanwhile.
      setImmediate(() => {
        this.#listen()
      })
    }, leftMs).unref()
  }
}

/** The server takes no writes (any more): it is a standby, or has become one. */
export function isReadOnly(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === '25006'
}

/** The server said nothing for too long. */
export function isSilence(error: Error): boolean {
  return 'code' in error && error.code === 'ETIMEDOUT'
}

/** The wait of a commit for the standby was cancelled: the server says so in a notice, and then answers as if all were well. */
function isUnreplicated({ routine, message = '' }: { readonly routine?: string; readonly message?: string }): boolean {
  return routine === 'SyncRepWaitForLSN' || message.includes('wait for synchronous replication')
}

/** The code is the standard's for "statement completion unknown". */
function unreplicated(): Error {
  return failure('40003', 'committed on the primary, but perhaps not on its standby: the wait for it was cancelled')
}

/** Such an error is never about the statement: the server takes no client by this name or password, or closes the connection. */
function endsConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('severity' in error) return error.severity === 'FATAL' || error.severity === 'PANIC'
  return 'code' in error && error.code === 'SASL_SIGNATURE_MISMATCH'
}
