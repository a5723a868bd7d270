import { type Migration, readMigrations } from '@species/database'

export { authenticatorQueries } from './adapters/queries.ts'
export { createStandingDirectory } from './adapters/standing-directory.ts'
export type { AuthenticatorDeps } from './app/deps.ts'
export { ensureOperatorKey } from './app/ensure-operator-key.ts'
export { type AccessVerifier, type RequestVerifierDeps, createRequestVerifier } from './app/verify-request.ts'
export { createAuthenticator } from './module.ts'

export function authenticatorMigrations(): Promise<Migration[]> {
  return readMigrations('authenticator', new URL('../migrations/', import.meta.url))
}
