import { type ChainsVersion, chains } from '@species/contracts'
import { comparable } from '@species/contracts/transfers'
import { type NewAddress, keepAddresses } from '../adapters/address-rows.ts'
import type { DepositsDeps } from './deps.ts'

/** Has every address that was ever ours watched: those in use quickly, the others slowly. Money comes to old addresses for years. */
export function createAddressKeeper(deps: Pick<DepositsDeps, 'database' | 'clock' | 'config'>): () => Promise<void> {
  let kept = ''
  return async () => {
    const addresses = configuredAddresses(await deps.config.chainHistory())
    const words = JSON.stringify(addresses)
    if (words === kept) return
    await keepAddresses(deps.database, addresses, deps.clock.now())
    kept = words
  }
}

/** Retired addresses are slow since a time that never was, so that the same configuration always says the same. */
function configuredAddresses(history: readonly ChainsVersion[]): NewAddress[] {
  const newest = history.at(-1)
  return chains.flatMap((chain) => {
    const listed = (of: ChainsVersion | undefined): string[] =>
      of
        ? [...of.chains[chain].depositAddresses, ...of.chains[chain].ourWallets].map((address) =>
            comparable(chain, address),
          )
        : []
    const inUse = new Set(newest?.chains[chain].enabled === true ? listed(newest) : [])
    return [...new Set(history.flatMap(listed))].map((address) => ({
      chain,
      address,
      quickUntilMs: inUse.has(address) ? undefined : 0,
    }))
  })
}
