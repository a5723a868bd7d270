export { createClassifier } from './module.ts'
export { classify, classifierVersion } from './domain/classify.ts'
