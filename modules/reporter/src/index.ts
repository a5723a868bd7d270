import type { TieredCache } from '@species/cache'
import type { Replicas } from '@species/database'
import { type Module, type ModuleDefinition, type Surroundings, answersOver } from '@species/flow'
import type { ReporterDeps } from './app/deps.ts'
import { createReporter } from './module.ts'

/** Where pages are read from and kept. */
export interface Pages extends Pick<ReporterDeps, 'keepsPages'> {
  readonly cache?: TieredCache | undefined
  readonly replicas?: Replicas | undefined
}

export const reporterModule = {
  name: 'reporter',
  create: (
    given: Surroundings & Pick<ReporterDeps, 'presentReceipt' | 'sandbox'> & { readonly pages: Pages },
  ): Module => {
    const { ask, database, pages } = given
    const { keepsPages, cache, replicas } = pages
    const queries = answersOver(ask, database)
    return createReporter({
      ...given,
      keepsPages,
      queries,
      whole: queries,
      ...(cache ? { cache } : {}),
      ...(replicas ? { replica: { queries: answersOver(ask, replicas), maxLagMs: replicas.maxLagMs } } : {}),
    })
  },
} satisfies ModuleDefinition
