import { type Part, inHalves } from './in-halves.ts'

/** How soon one batch may follow another, and by whose time. */
export interface Pace {
  /** A batch begins no sooner than this after the one before it. */
  readonly ms: number
  now(): number
  /** Does it once, so many milliseconds from now. */
  later(ms: number, act: () => void): void
}

interface Waiting<Item, Answer> {
  readonly item: Item
  resolve(answer: Answer): void
  reject(error: unknown): void
}

function settle<Item, Answer>(
  one: Waiting<Item, Answer>,
  part: Part<Waiting<Item, Answer>, readonly (Answer | Error)[]>,
  index: number,
): void {
  const answer = part.ok ? part.answer[index] : undefined
  if (!part.ok) one.reject(part.error)
  else if (answer instanceof Error) one.reject(answer)
  else one.resolve(answer as Answer)
}

/**
 * Gathers single calls into batches: while one batch is under way the next calls wait together. One call alone does not
 * wait for company, unless a pace makes it. `handle` answers in the order it was asked, with an Error for a call that fails alone.
 * Where it throws for a reason that does not pass by itself, the calls are tried in halves ({@link inHalves}): a call whose value
 * cannot be stored fails alone. So what `handle` stores, it stores in one statement or transaction. A transient error is told to all.
 */
export function coalesce<Item, Answer>(
  handle: (items: readonly Item[]) => Promise<readonly (Answer | Error)[]>,
  options: { maxBatch: number; atOnce: number; pace?: Pace | undefined },
): (item: Item) => Promise<Answer> {
  let waiting: Waiting<Item, Answer>[] = []
  let running = 0
  let begunAt = -Infinity
  let paused = false
  const { pace } = options

  const next = (): void => {
    if (paused || running >= options.atOnce || waiting.length === 0) return
    if (pace) {
      const early = waiting.length >= options.maxBatch ? 0 : begunAt + pace.ms - pace.now()
      if (early > 0) {
        paused = true
        pace.later(Math.ceil(early), () => {
          paused = false
          next()
        })
        return
      }
      begunAt = pace.now()
    }
    const batch = waiting.slice(0, options.maxBatch)
    waiting = waiting.slice(options.maxBatch)
    running++
    void inHalves(batch, (some) => handle(some.map((one) => one.item)))
      .then((parts) => {
        for (const part of parts) part.items.forEach((one, index) => settle(one, part, index))
      })
      .finally(() => {
        running--
        next()
      })
  }
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      // The end of this turn of the event loop: requests that came in together go together.
      queueMicrotask(next)
    })
}
