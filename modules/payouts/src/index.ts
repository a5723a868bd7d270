import type { Module, ModuleDefinition, Surroundings } from '@species/flow'
import { createPayouts } from './module.ts'

export const payoutsModule = {
  name: 'payouts',
  migrations: new URL('../migrations/', import.meta.url),
  create: (given: Surroundings): Module => createPayouts({ ...given, latestConfig: given.ask.config }),
} satisfies ModuleDefinition
