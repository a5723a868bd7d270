import type { Database } from '@species/database'
import { silentLogger, systemIds, toTimestamp } from '@species/platform'
import { type ManualClock, manualClock, neverAheadOf } from '@species/testing'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { authenticatorModule } from '../index.ts'
import type { AuthenticatorDeps } from './deps.ts'
import { type Proven, challengeWallet, proveWallet } from './manage-wallets.ts'

/** One wallet, and those who prove it. */
export interface WalletWorld {
  readonly deps: AuthenticatorDeps
  readonly clock: ManualClock
  readonly address: string
  /** Proves the wallet for a user; throws the detail of a refusal. */
  readonly prove: (onliId: string) => Promise<Proven>
  /** Whose a payment of that time is. */
  readonly ownerAt: (atMs: number) => Promise<string | undefined>
  /** Who owns the wallet now: one, or none. */
  readonly owners: () => Promise<string[]>
}

export async function addUsers(database: Database, names: readonly string[]): Promise<void> {
  for (const name of names)
    await database.query(
      `INSERT INTO authenticator.users (onli_id, marketplace_user_id, vault_id, status, profile_tray, created_at, updated_at)
       VALUES ($1, $2, 'vault-' || $1, 'active', '{}', $3, $3)`,
      [name, systemIds.uuid(), toTimestamp(0)],
    )
}

/** A wallet that no user has proven, before a process with a clock of its own. */
export function createWalletWorld(database: Database, walletTransferMs: number): WalletWorld {
  const clock = manualClock()
  const account = privateKeyToAccount(generatePrivateKey())
  const deps = {
    database,
    clock,
    retention: neverAheadOf(clock),
    ids: systemIds,
    log: silentLogger,
    bus: { publish: async () => undefined },
    verifier: { forget: () => undefined },
    config: { current: async () => ({ version: 1, config: { walletTransferMs } }) },
  } as unknown as AuthenticatorDeps
  const address = account.address.toLowerCase()
  return {
    deps,
    clock,
    address,
    prove: async (onliId) => {
      const challenge = await challengeWallet(deps, { onliId, chain: 'ETH', address: account.address })
      if (!challenge.ok) throw new Error(challenge.refusal.detail)
      const { challengeId, text } = challenge.value
      const signature = await account.signMessage({ message: text })
      const proven = await proveWallet(deps, { onliId, challengeId, signature, trace: 't' })
      if (!proven.ok) throw new Error(proven.refusal.detail)
      return proven.value
    },
    ownerAt: async (atMs) =>
      (await authenticatorModule.queries(database).walletOwners('ETH', [address], atMs)).get(address)?.onliId,
    owners: async () =>
      (
        await database.query<{ onli_id: string }>(
          'SELECT onli_id FROM authenticator.wallets WHERE address = $1 AND released_at IS NULL',
          [address],
        )
      ).map((row) => row.onli_id),
  }
}
