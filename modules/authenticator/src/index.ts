import type { AssetLedger } from '@species/contracts'
import type { Module, ModuleDefinition, Surroundings } from '@species/flow'
import { authenticatorQueries } from './adapters/queries.ts'
import type { AuthenticatorDeps } from './app/deps.ts'
import { createAuthenticator } from './module.ts'

export { createStandingDirectory } from './adapters/standing-directory.ts'
export { notFromOwnPage } from './domain/own-page.ts'
export { type ConfirmOperator, createConfirmOperator } from './app/confirm-operator.ts'
export { createConfirm } from './app/confirm-action.ts'
export { createAuditLog } from './adapters/audit-rows.ts'
export { createSecondPerson } from './app/second-person.ts'
export { type RelyingParty, relyingPartyOf } from './domain/relying-party.ts'
export { ensureOperatorKey } from './app/ensure-operator-key.ts'
export { type AccessVerifier, createRequestVerifier } from './app/verify-request.ts'

/** What its routes need to admit people: secrets, the verifier of this process, and the host that wallets sign for. */
export type Access = Pick<AuthenticatorDeps, 'sealer' | 'verifier' | 'domain' | 'sandboxSignIn' | 'relyingParty'>

export const authenticatorModule = {
  name: 'authenticator',
  migrations: new URL('../migrations/', import.meta.url),
  queries: authenticatorQueries,
  create: (given: Surroundings & { readonly access: Access; readonly onli: AssetLedger }): Module =>
    createAuthenticator({ ...given, ...given.access, assetLedger: given.onli, use: given.ask.cashier }),
} satisfies ModuleDefinition
