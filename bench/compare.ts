import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { PartResult } from './report.ts'

/** How much smaller a ratio may be than it was, before it counts as a regression. */
const tolerance = 0.15

const baselineSchema = z.object({ machine: z.string(), ratios: z.record(z.string(), z.number().positive()) })
export type Baseline = z.infer<typeof baselineSchema>

/** The ratios that were measured before, by name. */
export function readBaseline(file: string): Baseline {
  return baselineSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
}

/** Every ratio of a run, by name. */
export function ratiosOf(results: readonly PartResult[]): Record<string, number> {
  return Object.fromEntries(
    results.flatMap(({ ratios }) =>
      Object.entries(ratios).map(([name, ratio]) => [name, Math.round(ratio * 100) / 100]),
    ),
  )
}

/** What got worse by more than the tolerance, in words; parts that did not run are not compared. */
export function regressions(baseline: Baseline, results: readonly PartResult[]): string[] {
  return Object.entries(ratiosOf(results)).flatMap(([name, now]) => {
    const before = baseline.ratios[name]
    if (before === undefined || now >= before * (1 - tolerance)) return []
    return [`${name} is ${now}, and was ${before}: ${Math.round((1 - now / before) * 100)} % less`]
  })
}
