import { readFileSync } from 'node:fs'
import { Redis, type RedisOptions } from 'ioredis'
import type { Logger } from '@species/platform'

/** How long Redis is not asked after it did not answer: a slow Redis must not make everything slow. */
const restMs = 1_000

/**
 * Redis may be unavailable at any time. Nothing whose loss would cost money lies there, so nothing ever waits for
 * it: a question is answered within the bound or not at all.
 */
export interface RedisConnection {
  /** The answer, or undefined if Redis is unavailable, slow or resting. Never throws for these. */
  ask<T>(question: (client: Redis) => Promise<T>): Promise<T | undefined>
  /** Whether a question has a chance now. */
  readonly isAnswering: boolean
  readonly client: Redis
  /**
   * Hears what is published on a channel. `onResumed` is called whenever hearing begins (again): what was said before that was
   * not heard.
   */
  listen(channel: string, onMessage: (text: string) => void, onResumed: () => void): void
  close(): Promise<void>
}

export interface RedisConnectionOptions {
  readonly log: Logger
  /** A file with the authority that the server's certificate must be of; undefined: one of those that Node knows. */
  readonly ca?: string | undefined
  /** How long an answer may take. */
  readonly timeoutMs?: number
}

/**
 * Connects to `redis://…` or, encrypted and with its certificate checked, to `rediss://…`; a user and a password are taken from
 * the address. Comes back at once: an unavailable Redis stops no start, and reconnecting never ends.
 */
export function openRedis(url: string, { log, ca, timeoutMs = 50 }: RedisConnectionOptions): RedisConnection {
  const options = redisOptions(url, ca)
  const client = new Redis({ ...options, commandTimeout: timeoutMs })
  const listeners: Redis[] = []
  watch(client, log)
  let restUntil = 0
  const isAnswering = (): boolean => client.status === 'ready' && performance.now() >= restUntil
  return {
    client,
    get isAnswering() {
      return isAnswering()
    },
    async ask(question) {
      if (!isAnswering()) return undefined
      try {
        return await question(client)
      } catch (error) {
        if (performance.now() >= restUntil)
          log.warn({ err: error }, 'redis did not answer: doing without it for a while')
        restUntil = performance.now() + restMs
        return undefined
      }
    },
    listen(channel, onMessage, onResumed) {
      const listener = new Redis({ ...options, commandTimeout: 5_000, enableOfflineQueue: true })
      listeners.push(listener)
      watch(listener, log)
      listener.on('message', (on, text) => {
        if (on === channel) onMessage(text)
      })
      listener.on('ready', () => {
        listener.subscribe(channel).then(onResumed, () => {
          // Lost between the two: it connects again, and is ready again.
          listener.disconnect(true)
        })
      })
    },
    async close() {
      for (const one of [client, ...listeners]) one.disconnect()
      await Promise.resolve()
    },
  }
}

/** What an address says and nothing else: a parameter that would be ignored is refused by name. `ca` is a file. */
export function redisOptions(url: string, ca?: string): RedisOptions {
  const address = new URL(url)
  if (address.protocol !== 'redis:' && address.protocol !== 'rediss:')
    throw new Error('an address of Redis begins with redis:// or rediss://')
  const [parameter] = address.searchParams.keys()
  if (parameter !== undefined) throw new Error(`an address of Redis takes no parameters; it has ${parameter}`)
  const database = /^\/?(\d{0,3})$/.exec(address.pathname)?.[1]
  if (database === undefined) throw new Error('an address of Redis ends with the number of a database, or with none')
  if (ca !== undefined && address.protocol !== 'rediss:')
    throw new Error('an authority for certificates is for an address of Redis that begins with rediss:// alone')
  return {
    host: address.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(address.port || 6379),
    ...(address.username === '' ? {} : { username: decodeURIComponent(address.username) }),
    ...(address.password === '' ? {} : { password: decodeURIComponent(address.password) }),
    db: Number(database),
    ...(address.protocol === 'rediss:'
      ? { tls: { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca: readFileSync(ca) }) } }
      : {}),
    connectTimeout: 2_000,
    enableOfflineQueue: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(2_000, 50 * 2 ** Math.min(times, 6)),
    reconnectOnError: () => false,
  }
}

/** Says once that it is gone and once that it is back, however often it is tried. */
function watch(client: Redis, log: Logger): void {
  let isAway = false
  client.on('error', (error: unknown) => {
    if (!isAway) log.warn({ err: error }, 'redis is unavailable: continuing without it')
    isAway = true
  })
  client.on('ready', () => {
    if (isAway) log.info({}, 'redis is back')
    isAway = false
  })
}
