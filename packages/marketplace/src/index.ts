export * from './marketplace.ts'
export * from './modules.ts'
