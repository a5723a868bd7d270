/**
 * Gathers single calls into batches: while one batch is under way the next calls wait together. One call alone does not
 * wait for company. `handle` answers in the order it was asked; if it throws, every call of that batch throws.
 */
export function coalesce<Item, Answer>(
  handle: (items: readonly Item[]) => Promise<readonly Answer[]>,
  options: {
    maxBatch: number
    atOnce: number
    /** A batch begins no sooner than this after the one before it. */ paceMs?: number
  },
): (item: Item) => Promise<Answer> {
  let waiting: { item: Item; resolve: (answer: Answer) => void; reject: (error: unknown) => void }[] = []
  let running = 0
  let begunAt = -Infinity
  let timer: NodeJS.Timeout | undefined

  const next = (): void => {
    if (timer || running >= options.atOnce || waiting.length === 0) return
    const early = waiting.length >= options.maxBatch ? 0 : begunAt + (options.paceMs ?? 0) - performance.now()
    if (early > 0) {
      timer = setTimeout(() => {
        timer = undefined
        next()
      }, Math.ceil(early))
      return
    }
    begunAt = performance.now()
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
