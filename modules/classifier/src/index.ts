import type { ModuleDefinition } from '@species/flow'
import { createClassifier } from './module.ts'

export { classify, classifierVersion } from './domain/classify.ts'

export const classifierModule = { name: 'classifier', create: createClassifier } satisfies ModuleDefinition
