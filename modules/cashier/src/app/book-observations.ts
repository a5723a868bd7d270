import type { Message } from '@species/bus'
import type { Sql } from '@species/database'
import { isInFlight } from '../adapters/funding-rows.ts'
import { openLedger } from '../adapters/ledger-session.ts'
import { cashierQueries } from '../adapters/ledger-queries.ts'
import { accounts } from '@species/kernel'
import { move } from '../domain/posting.ts'
import type { CashierDeps } from './deps.ts'

/**
 * Units that came into or left a user's vault outside the marketplace are booked against `outside`, down to what is free.
 * An observation counts only while the balance is the one it was compared with and no event in flight touches it. The lock on the
 * balance keeps settlements out between the two questions; an event that is funded only now is delivered after the vault was read.
 */
export async function bookObservations(deps: CashierDeps, batch: readonly Message<'vault.observed'>[]): Promise<[]> {
  for (const message of batch) await deps.database.transaction((tx) => bookOne(deps, tx, message))
  return []
}

async function bookOne(deps: CashierDeps, tx: Sql, { body }: Message<'vault.observed'>): Promise<void> {
  const { account, vaultUnits, ledgerVersion } = body
  const ledger = await openLedger(
    tx,
    [
      { account, asset: 'SPECIES' },
      { account: accounts.outside, asset: 'SPECIES' },
    ],
    [],
  )
  const [now] = await cashierQueries(tx).units([account])
  if (now?.version !== ledgerVersion || (await isInFlight(tx, account))) {
    deps.log.info({ account }, 'a vault observation was stale and means nothing')
    return
  }
  const difference = vaultUnits - now.units
  const available = ledger.book.available(account, 'SPECIES')
  const booked = -difference > available ? -available : difference
  if (booked !== difference)
    deps.log.error(
      { account, missing: (booked - difference).toString() },
      'a vault holds less than is held for events: a person must look',
    )
  if (booked === 0n) return
  const lines =
    booked > 0n
      ? move('SPECIES', accounts.outside, account, booked)
      : move('SPECIES', account, accounts.outside, -booked)
  ledger.post(
    { transferId: `observation:${account}:${ledgerVersion}`, kind: 'observation', eventKey: undefined, lines },
    false,
  )
  await ledger.save(deps.clock.now())
  deps.log.warn({ account, units: booked.toString() }, 'units moved outside the marketplace were booked')
}
