export * from './databases.ts'
export * from './clock.ts'
export * from './dossier.ts'
export * from './servers.ts'
