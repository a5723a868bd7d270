export { createReporter } from './module.ts'
export type { ReporterDeps } from './app/deps.ts'
