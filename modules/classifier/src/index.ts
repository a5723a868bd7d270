export { createClassifier } from './module.ts'
export { classifierVersion } from './domain/classify.ts'
