import type { Chain, MarketplaceConfig } from '@species/contracts'

export type AddressesByChain = Readonly<Partial<Record<Chain, readonly string[]>>>

const base58 = '[1-9A-HJ-NP-Za-km-z]'
const evm = /^0x[0-9a-fA-F]{40}$/
const shapes: Readonly<Record<Chain, RegExp>> = {
  ETH: evm,
  BSC: evm,
  POLYGON: evm,
  TRON: new RegExp(`^T${base58}{33}$`),
}

/** Deposit addresses that cannot be one of their chain, as `ETH 0x12`: money sent there would be lost. */
export function impossibleAddresses(config: Pick<MarketplaceConfig, 'chains'>): string[] {
  return (Object.keys(shapes) as Chain[]).flatMap((chain) =>
    config.chains[chain].depositAddresses
      .filter((address) => !shapes[chain].test(address))
      .map((address) => `${chain} ${address}`),
  )
}

/** Deposit addresses that are among `known`, as `ETH 0x12`: nobody has their keys. On EVM chains case means nothing. */
export function sandboxAddressesIn(config: Pick<MarketplaceConfig, 'chains'>, known: AddressesByChain): string[] {
  const comparable = (chain: Chain, address: string): string => (chain === 'TRON' ? address : address.toLowerCase())
  return (Object.keys(shapes) as Chain[]).flatMap((chain) => {
    const ours = new Set(known[chain]?.map((address) => comparable(chain, address)))
    return config.chains[chain].depositAddresses
      .filter((address) => ours.has(comparable(chain, address)))
      .map((address) => `${chain} ${address}`)
  })
}
