import type { ChainHint } from '@species/contracts'
import { ourAddresses, wakeAddresses } from '../adapters/address-rows.ts'
import { countUnread, keepListed, wakeTransactions } from '../adapters/transaction-rows.ts'
import type { DepositsDeps } from './deps.ts'
import { mostUnread } from './scan-lists.ts'

/** Transactions that one delivery may have read. */
const mostHinted = 200

/**
 * What a partner's webhook names is looked at now: the lists of the addresses, and the transactions themselves, which are read from their
 * chain as those on a list are. A transaction that is followed already is read again at once, as for its confirmations.
 */
export async function heed(
  { database, clock }: Pick<DepositsDeps, 'database' | 'clock'>,
  { chain, addresses, payments }: Extract<ChainHint, { kind: 'look' }>,
): Promise<void> {
  const nowMs = clock.now()
  await wakeAddresses(database, chain, addresses, nowMs)
  const ours = await ourAddresses(database, chain, addresses)
  const named = payments.filter(({ toAddress }) => ours.has(toAddress)).map(({ hash }) => hash)
  const hashes = [...new Set(named)].slice(0, mostHinted)
  if (hashes.length === 0 || (await countUnread(database, chain, mostUnread)) >= mostUnread) return
  await keepListed(database, chain, hashes, nowMs)
  await wakeTransactions(database, chain, hashes, nowMs)
}
