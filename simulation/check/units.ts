import { marketVaults } from '../partners/vaults.ts'
import type { Setting } from '../setting.ts'
import type { Facts } from './facts.ts'

/** Units in the ledger are where the model's vaults have them; what was moved was moved once, and only what was set aside. */
export function unitFindings(
  { vaults, population }: Setting,
  { balances, events, listings, entries }: Facts,
): string[] {
  const found = [...vaults.breaches]
  const open = new Set(events.filter((event) => event.ended === undefined).map((event) => event.eventKey))
  const known = new Set(events.map((event) => event.eventKey))
  // What moved for events in review is in the vaults and not yet in the ledger.
  const ahead = new Map<string, bigint>()
  for (const key of vaults.keysMoved()) {
    const moves = vaults.moved(key)
    if (moves.length > 1) found.push(`units were moved ${moves.length} times for ${key}`)
    if (!known.has(key)) found.push(`units were moved for ${key}, which nobody has sent`)
    for (const { fromVault, toVault, units } of open.has(key) ? moves : []) {
      ahead.set(fromVault, (ahead.get(fromVault) ?? 0n) - units)
      ahead.set(toVault, (ahead.get(toVault) ?? 0n) + units)
    }
  }
  const owners = [
    ...population.users.map(({ onliId, vault }) => ({ account: `user:${onliId}`, vault })),
    { account: 'market:escrow', vault: marketVaults.escrow },
    { account: 'liquidity_pool', vault: marketVaults.liquidityPool },
  ]
  for (const { account, vault } of owners) {
    const booked = balances.find((one) => one.account === account && one.asset === 'SPECIES')?.posted ?? 0n
    const held = vaults.units.get(vault) ?? 0n
    if (booked + (ahead.get(vault) ?? 0n) !== held)
      found.push(`${account} has ${booked} units booked, ${vault} holds ${held}`)
  }
  for (const entry of entries)
    if (entry.kind === 'observation' && entry.transferId !== 'observation:start')
      found.push(`${entry.transferId} was booked, and nobody moved units outside the marketplace`)
  if (open.size === 0) {
    const listed = listings.reduce((sum, one) => sum + (one.status === 'pending' ? 0n : one.available), 0n)
    const escrow = balances.find((one) => one.account === 'market:escrow' && one.asset === 'SPECIES')?.posted ?? 0n
    if (listed !== escrow) found.push(`listings offer ${listed} units, the escrow has ${escrow}`)
    for (const one of listings)
      if (one.reserved !== 0n) found.push(`${one.listingId} has ${one.reserved} units reserved for nobody`)
  }
  return found
}
