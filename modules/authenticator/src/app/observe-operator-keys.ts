import { lastExpiryOfOperators } from '../adapters/operator-store.ts'
import type { AuthenticatorDeps } from './deps.ts'

/** Tells when each operator has no key any more; nothing of one who has a key without an end. */
export async function observeOperatorKeys({ database, metrics }: AuthenticatorDeps): Promise<void> {
  const expiries = await lastExpiryOfOperators(database)
  metrics.operatorKeyExpirySeconds.reset()
  for (const { operatorId, expiresAtMs } of expiries)
    metrics.operatorKeyExpirySeconds.set({ operator: operatorId }, expiresAtMs / 1_000)
}
