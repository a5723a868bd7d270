import { z } from 'zod'
import type { Logger } from '@species/platform'
import { skewMs } from './marks.ts'
import type { RedisConnection } from './redis.ts'

interface SharedEntry {
  readonly value: unknown
  readonly begunAtMs: number
}

/** A mark in Redis outlives every answer that it forbids. */
const markLifeMs = 60_000

/**
 * The second tier: answers of all processes, and the marks of what was dropped. A mark is told to those who listen, and lies
 * beside the answers for those who did not hear it; both are read in one round trip.
 */
export class RedisTier {
  readonly #redis: RedisConnection
  readonly #prefix: string
  readonly #log: Logger
  /** So that a process does not drop twice what it dropped itself. */
  readonly #self = `${process.pid}.${Math.floor(performance.timeOrigin)}.${++opened}`

  /** What was dropped in this turn, and when. */
  readonly #untold = new Map<string, number>()

  constructor(options: {
    redis: RedisConnection
    prefix: string
    log: Logger
    onInvalidated: (tags: readonly string[]) => void
    onDeaf: () => void
  }) {
    this.#redis = options.redis
    this.#prefix = `${options.prefix}:cache`
    this.#log = options.log
    this.#redis.listen(
      `${this.#prefix}:dropped`,
      (text) => {
        const said = readDropped(text)
        if (said && said.from !== this.#self) options.onInvalidated(said.tags)
      },
      options.onDeaf,
    )
  }

  /** An answer that none of the marks beside it forbids. */
  async read(name: string, tags: readonly string[]): Promise<SharedEntry | undefined> {
    const found = await this.#redis.ask((client) =>
      client.mget(this.#entry(name), ...tags.map((tag) => this.#mark(tag))),
    )
    const [text, ...marks] = found ?? []
    const entry = text === null || text === undefined ? undefined : readEntry(text)
    if (!entry || marks.some((mark) => mark !== null && Number(mark) + skewMs >= entry.begunAtMs)) return undefined
    return entry
  }

  /** No caller waits for it. */
  write(name: string, { value, begunAtMs }: SharedEntry, ttlMs: number): void {
    let text: string
    try {
      text = JSON.stringify([begunAtMs, value])
    } catch (error) {
      this.#log.error({ err: error, name }, 'an answer that does not survive JSON is kept in memory alone')
      return
    }
    void this.#redis.ask((client) => client.set(this.#entry(name), text, 'PX', ttlMs))
  }

  /** Tells of what was dropped. What a batch of messages drops within one turn is told at once. */
  publish(tags: readonly string[], nowMs: number): void {
    if (this.#untold.size === 0)
      setImmediate(() => {
        this.#tell()
      })
    for (const tag of tags) this.#untold.set(tag, nowMs)
  }

  #tell(): void {
    const marks = [...this.#untold]
    this.#untold.clear()
    void this.#redis.ask(async (client) => {
      const commands = client.pipeline()
      for (const [tag, atMs] of marks) commands.set(this.#mark(tag), atMs, 'PX', markLifeMs)
      commands.publish(`${this.#prefix}:dropped`, JSON.stringify({ from: this.#self, tags: marks.map(([tag]) => tag) }))
      const results = await commands.exec()
      const failed = results?.find(([error]) => error)
      if (failed?.[0]) throw failed[0]
    })
  }

  #entry(name: string): string {
    return `${this.#prefix}:a:${name}`
  }

  #mark(tag: string): string {
    return `${this.#prefix}:m:${tag}`
  }
}

let opened = 0

// What lies in Redis may have been written by any program: entries of another shape are ignored.
const entrySchema = z.tuple([z.number(), z.unknown()])
const droppedSchema = z.object({ from: z.string(), tags: z.array(z.string()) })

function readEntry(text: string): SharedEntry | undefined {
  const entry = entrySchema.safeParse(parsed(text)).data
  return entry && { begunAtMs: entry[0], value: entry[1] }
}

function readDropped(text: string): z.infer<typeof droppedSchema> | undefined {
  return droppedSchema.safeParse(parsed(text)).data
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
