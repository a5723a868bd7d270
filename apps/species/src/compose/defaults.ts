import { type Chain, chains } from '@species/contracts'
import type { Settings } from '../settings/settings.ts'

/** Where payers send USDT on the sandbox's chains. Nobody has the keys of these addresses: they are for play. */
export const sandboxDepositAddresses: Readonly<Record<Chain, string[]>> = {
  ETH: ['0x5ec1e55ec1e55ec1e55ec1e55ec1e55ec1e50001'],
  BSC: ['0x5ec1e55ec1e55ec1e55ec1e55ec1e55ec1e50001'],
  POLYGON: ['0x5ec1e55ec1e55ec1e55ec1e55ec1e55ec1e50001'],
  TRON: ['TJcEoDhS5UNbnR6zw6wF21FSbdBro4kxNe'],
}

/** The market's own vaults. */
export const embeddedVaults = { escrowVault: 'vault-market-escrow', poolVault: 'vault-liquidity-pool' } as const

type Partners = Pick<Settings, 'moralis' | 'tron'>

function isReal(chain: Chain, { moralis, tron }: Partners): boolean {
  return (chain === 'TRON' ? tron : moralis) !== undefined
}

/** Where payers send USDT before anybody has said where: to the sandbox's addresses, and nowhere on a real chain. */
export function firstDepositAddresses(partners: Partners): Record<Chain, string[]> {
  return addressesWhere((chain) => !isReal(chain, partners))
}

/** The sandbox's addresses on the chains that are real. */
export function sandboxAddressesOnRealChains(partners: Partners): Record<Chain, string[]> {
  return addressesWhere((chain) => isReal(chain, partners))
}

function addressesWhere(isMeant: (chain: Chain) => boolean): Record<Chain, string[]> {
  return Object.fromEntries(
    chains.map((chain) => [chain, isMeant(chain) ? sandboxDepositAddresses[chain] : []]),
  ) as unknown as Record<Chain, string[]>
}
