import { hash } from 'node:crypto'
import type { defaultConfig } from '@species/config'
import { type Chain, type ChainFamily, addressOfAccount, familyOf, forEveryChain } from '@species/contracts'
import type { Settings } from '../settings/settings.ts'

const sandboxAddresses: Readonly<Record<ChainFamily, string[]>> = {
  EVM: ['0x5ec1e55ec1e55ec1e55ec1e55ec1e55ec1e50001'],
  TRON: ['TJcEoDhS5UNbnR6zw6wF21FSbdBro4kxNe'],
}

/** Where payers send USDT on the sandbox's chains. There are no keys of these addresses: they are for play. */
export const sandboxDepositAddresses: Readonly<Record<Chain, string[]>> = forEveryChain(
  (chain) => sandboxAddresses[familyOf(chain)],
)

/** Addresses that quotes lease on each of the sandbox's chains. */
const sandboxLeases = 100

/** Made from their numbers: there are no keys of these either. */
function sandboxQuoteAddresses(chain: Chain): string[] {
  return Array.from({ length: sandboxLeases }, (_, index) => {
    const digest = hash('sha256', `species sandbox quote address ${chain} ${index}`, 'buffer')
    return addressOfAccount(chain, digest.subarray(0, 20))
  })
}

const sandboxWallets: Readonly<Record<ChainFamily, string[]>> = {
  EVM: ['0x5ec1e55ec1e55ec1e55ec1e55ec1e55ec1e50002'],
  TRON: ['TJcEoDhS5UNbnR6zw6wF21FSbdBrhr8aSa'],
}

/** The market's own vaults. */
export const embeddedVaults = { escrowVault: 'vault-market-escrow', poolVault: 'vault-liquidity-pool' } as const

type Partners = Pick<Settings, 'moralis' | 'tron'>

/** The partner that reads the chains of a family. */
const readerOf: Readonly<Record<ChainFamily, keyof Partners>> = { EVM: 'moralis', TRON: 'tron' }

function isReal(chain: Chain, partners: Partners): boolean {
  return partners[readerOf[familyOf(chain)]] !== undefined
}

/** Where payers send USDT before anybody has said where: to the sandbox's addresses, and nowhere on a real chain. */
export function firstDepositAddresses(partners: Partners): Record<Chain, string[]> {
  return addressesWhere((chain) => !isReal(chain, partners))
}

/** The same for the addresses that quotes lease. */
export function firstQuoteAddresses(partners: Partners): Record<Chain, string[]> {
  return forEveryChain((chain) => (isReal(chain, partners) ? [] : sandboxQuoteAddresses(chain)))
}

/** The sandbox's addresses on the chains that are real. */
export function sandboxAddressesOnRealChains(partners: Partners): Record<Chain, string[]> {
  return forEveryChain((chain) =>
    isReal(chain, partners) ? [...sandboxDepositAddresses[chain], ...sandboxQuoteAddresses(chain)] : [],
  )
}

function addressesWhere(isMeant: (chain: Chain) => boolean): Record<Chain, string[]> {
  return forEveryChain((chain) => (isMeant(chain) ? sandboxDepositAddresses[chain] : []))
}

/** From where payouts are sent on the sandbox's chains, and how old what paid for them must be. Real chains keep their defaults. */
export function sandboxPayouts(partners: Partners): NonNullable<Parameters<typeof defaultConfig>[0]['payouts']> {
  return forEveryChain((chain) =>
    isReal(chain, partners) ? {} : { ourWallets: sandboxWallets[familyOf(chain)], payoutMaturityMs: 0 },
  )
}
