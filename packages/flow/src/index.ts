export * from './decide-once.ts'
export * from './due-work.ts'
export * from './module.ts'
export * from './state-messages.ts'
