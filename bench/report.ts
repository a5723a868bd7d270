/** What each part is given. */
export interface BenchContext {
  readonly databaseUrl: string
  readonly seconds: number
  readonly users: number
  /** Ten million past events too. */
  readonly large: boolean
  /** What the floor has written in this run, events a second, once it was measured: what other parts are compared with. */
  readonly floor: { eventsPerSecond: number | undefined }
  /** Progress, for the person who waits. */
  readonly say: (line: string) => void
}

/** What a part of the benchmark found. */
export interface PartResult {
  readonly name: string
  readonly lines: readonly (readonly [what: string, value: string])[]
  /** Compared with the baseline: larger is better. */
  readonly ratios: Readonly<Record<string, number>>
  readonly figures: object
}

/** A table for people. */
export function table(results: readonly PartResult[]): string {
  const width = Math.max(...results.flatMap(({ lines }) => lines.map(([what]) => what.length)))
  return results
    .map(({ name, lines }) => [name, ...lines.map(([what, value]) => `  ${what.padEnd(width)}  ${value}`)].join('\n'))
    .join('\n\n')
}
