import type { Chain, ChainFacts } from '@species/contracts'
import { chainFacts, usdtOf } from '@species/contracts/chains'

/**
 * A link that wallets open with everything filled in: EIP-681 on EVM chains; on TRON the form that wallets have agreed on without a
 * standard (`tron:<address>?token=<contract>&amount=<decimal>`).
 */
export function paymentLink(chain: Chain, address: string, amountMicro: bigint): string {
  const { address: token } = usdtOf(chain)
  const { chainId }: ChainFacts = chainFacts[chain]
  if (chainId === undefined) return `tron:${address}?token=${token}&amount=${decimal(amountMicro)}`
  return `ethereum:${token}@${chainId}/transfer?address=${address}&uint256=${baseUnits(chain, amountMicro)}`
}

/** What the token counts in, for so many micro-units. */
export function baseUnits(chain: Chain, amountMicro: bigint): bigint {
  return amountMicro * 10n ** BigInt(usdtOf(chain).decimals - 6)
}

function decimal(micro: bigint): string {
  const text = micro.toString().padStart(7, '0')
  return `${text.slice(0, -6)}.${text.slice(-6)}`.replace(/\.?0+$/, '')
}
