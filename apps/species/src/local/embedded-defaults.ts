import type { Chain } from '@species/contracts'

/** Where payers send USDT on the sandbox's chains. Nobody has the keys of these addresses: they are for play. */
export const sandboxDepositAddresses: Readonly<Record<Chain, string[]>> = {
  ETH: ['0x5ec1e55ec1e55ec1e55ec1e55ec1e55ec1e50001'],
  BSC: ['0x5ec1e55ec1e55ec1e55ec1e55ec1e55ec1e50001'],
  POLYGON: ['0x5ec1e55ec1e55ec1e55ec1e55ec1e55ec1e50001'],
  TRON: ['TJcEoDhS5UNbnR6zw6wF21FSbdBro4kxNe'],
}

/** The market's own vaults. */
export const embeddedVaults = { escrowVault: 'vault-market-escrow', poolVault: 'vault-liquidity-pool' } as const
