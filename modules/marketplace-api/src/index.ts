import type { ModuleDefinition, Surroundings } from '@species/flow'
import { marketplaceQueries } from './adapters/event-queries.ts'
import type { MarketplaceApiDeps, PreviewRules } from './app/deps.ts'
import { type MarketplaceApi, createMarketplaceApi } from './module.ts'

export type { MarketplaceApi, PreviewRules }

/** What intake needs beside other modules' answers. */
export type Intake = Pick<MarketplaceApiDeps, 'maxBacklog' | 'acceptPace' | 'health'>

type Rules = Pick<MarketplaceApiDeps, 'classifierVersion' | 'preview' | 'quotes' | 'proceeds' | 'agentGate'>

export const marketplaceApiModule = {
  name: 'marketplace-api',
  migrations: new URL('../migrations/', import.meta.url),
  queries: marketplaceQueries,
  create: (given: Surroundings & Rules & { readonly intake: Intake }): MarketplaceApi => {
    const { ask, database, intake } = given
    const stages = [ask.validator, ask.matching, ask.cashier, ask.assetManager, ask.floorManager].map((queries) => {
      const answers = queries(database)
      return (eventKey: string) => answers.stageOf(eventKey)
    })
    const { unproven, watched } = ask.validator(database)
    return createMarketplaceApi({ ...given, ...intake, stages, unproven, watched })
  },
} satisfies ModuleDefinition
