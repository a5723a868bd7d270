/** How soon one batch may follow another, and by whose time. */
export interface Pace {
  /** A batch begins no sooner than this after the one before it. */
  readonly ms: number
  now(): number
  /** Does it once, so many milliseconds from now. */
  later(ms: number, act: () => void): void
}

/**
 * Gathers single calls into batches: while one batch is under way the next calls wait together. One call alone does not
 * wait for company, unless a pace makes it. `handle` answers in the order it was asked; if it throws, every call of that batch throws.
 */
export function coalesce<Item, Answer>(
  handle: (items: readonly Item[]) => Promise<readonly Answer[]>,
  options: { maxBatch: number; atOnce: number; pace?: Pace | undefined },
): (item: Item) => Promise<Answer> {
  let waiting: { item: Item; resolve: (answer: Answer) => void; reject: (error: unknown) => void }[] = []
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
    handle(batch.map((one) => one.item))
      .then(
        (answers) => {
          batch.forEach((one, index) => {
            one.resolve(answers[index] as Answer)
          })
        },
        (error: unknown) => {
          for (const one of batch) one.reject(error)
        },
      )
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
