import type { Chain, MarketplaceConfig } from '@species/contracts'

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
