import type { ChainsConfig, ChainsVersion } from '@species/contracts'
import { type Chain, chainsOf, comparableAddress, familyOf } from '@species/contracts/chains'

/** What speaks against an address as a destination. */
export interface DestinationRules {
  /** The settings of the chains now. */
  readonly chains: ChainsConfig
  /** Earlier ones: what was ours once is no destination either. */
  readonly history: readonly Pick<ChainsVersion, 'chains'>[]
}

/**
 * Why no money is sent to an address of the right form, in words; undefined where it may be. An address is ours or denied on all chains
 * of its family, because one private key opens it on each.
 */
export function destinationFault(
  chain: Chain,
  address: string,
  { chains, history }: DestinationRules,
): string | undefined {
  const family = familyOf(chain)
  const isAmong = (list: readonly string[]): boolean =>
    list.some((one) => comparableAddress(family, one) === comparableAddress(family, address))
  const settings = [...history.map((version) => version.chains), chains].flatMap((all) =>
    chainsOf(family).map((name) => all[name]),
  )
  if (
    settings.some((one) =>
      isAmong([...one.depositAddresses, ...one.quoteAddresses, ...one.compromisedAddresses, ...one.ourWallets]),
    )
  )
    return 'it is an address of the marketplace'
  if (chainsOf(family).some((name) => isAmong(chains[name].deniedAddresses))) return 'no money is sent to it'
  return undefined
}
