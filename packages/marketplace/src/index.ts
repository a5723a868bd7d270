export * from './marketplace.ts'
export * from './modules.ts'
export * from './audit-books.ts'
