import type { Chain, MarketplaceConfig } from '@species/contracts'
import { comparableAddress, familyOf } from '@species/contracts/chains'

export type AddressesByChain = Readonly<Partial<Record<Chain, readonly string[]>>>

/** Addresses to pay to that are among `known`, as `ETH 0x12`: there are no keys of them. On EVM chains case means nothing. */
export function sandboxAddressesIn(config: Pick<MarketplaceConfig, 'chains'>, known: AddressesByChain): string[] {
  const comparable = (chain: Chain, address: string): string => comparableAddress(familyOf(chain), address)
  return (Object.keys(config.chains) as Chain[]).flatMap((chain) => {
    const ours = new Set(known[chain]?.map((address) => comparable(chain, address)))
    const { depositAddresses, quoteAddresses } = config.chains[chain]
    return [...depositAddresses, ...quoteAddresses]
      .filter((address) => ours.has(comparable(chain, address)))
      .map((address) => `${chain} ${address}`)
  })
}
