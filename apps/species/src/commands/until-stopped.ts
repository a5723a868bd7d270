/** One wish to stop comes several times: from the terminal, from npm, and from a parent that passes it on. */
const sameWishMs = 1_000

/** Resolves when the process is asked to stop. Who asks again later will not wait: the process ends at once. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let askedAtMs: number | undefined
    const asked = (): void => {
      const nowMs = performance.now()
      if (askedAtMs !== undefined && nowMs - askedAtMs > sameWishMs) process.exit(1)
      askedAtMs ??= nowMs
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, asked)
  })
}
