import type { AccessRefusal, AssetLedger, CashierQueries, ConfigReader, ConfirmPort } from '@species/contracts'
import { type Bus, about } from '@species/bus'
import type { Database, Sql } from '@species/database'
import type { Clock, Ids, Logger, Metrics, Sealer } from '@species/platform'
import type { Announce, RetentionClock, SecondPerson, Surroundings } from '@species/flow'
import type { Result } from '@species/kernel'
import type { RelyingParty } from '../domain/relying-party.ts'
import type { AccessVerifier } from './verify-request.ts'

export interface AuthenticatorDeps {
  readonly database: Database
  readonly bus: Pick<Bus, 'publish'>
  readonly clock: Clock
  readonly retention: RetentionClock
  readonly ids: Ids
  readonly log: Logger
  readonly metrics: Pick<Metrics, 'operatorKeyExpirySeconds'>
  readonly sealer: Sealer
  /** The marketplace's host as users know it: wallets sign it. */
  readonly domain?: string
  /** Whether a browser on this machine may continue as a demo user: every partner is the sandbox, and only this machine reaches us. */
  readonly sandboxSignIn: boolean
  readonly assetLedger: Pick<AssetLedger, 'createVaults'>
  /** The market's own vaults are named there: no user may get one of them. */
  readonly config: Pick<ConfigReader, 'current'>
  /** The verifier of this process: what changes here is refused here at once. */
  readonly verifier: Pick<AccessVerifier, 'forget'>
  readonly secondPerson: SecondPerson
  /** Tells users’ webhooks of their keys. */
  readonly announce: Announce
  readonly haltPayouts: Surroundings['haltPayouts']
  readonly confirm: (sql: Sql) => Pick<ConfirmPort, 'confirm'>
  /** What agents have used of their mandates. */
  readonly use: (sql: Sql) => Pick<CashierQueries, 'agentUse'>
  /** For whom passkeys are made here, and whose pages may ask for them. */
  readonly relyingParty: () => RelyingParty
}

export type Answer<T> = Promise<Result<T, AccessRefusal>>

/**
 * After a commit: this process forgets what it kept of the user, and the others are told. The message may be lost, so a
 * failure to send it is no failure of the change: what they keep is good for a second at most.
 */
export async function announceChange(deps: AuthenticatorDeps, onliId: string, trace: string): Promise<void> {
  deps.verifier.forget(onliId)
  try {
    await deps.bus.publish([about('access.changed', { trace }, { key: onliId, partitionKey: onliId }, { onliId })])
  } catch (error) {
    deps.log.warn(
      { onliId, trace, err: error },
      'access.changed was not published: other processes hear of it by their lease',
    )
  }
}
