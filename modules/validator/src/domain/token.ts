import type { Chain } from '@species/contracts'
import { comparableAddress, familyOf, usdtOf } from '@species/contracts/chains'

/** Base units of a chain's USDT in micro-units, floored. */
export function toMicro(chain: Chain, rawValue: bigint): bigint {
  return rawValue / 10n ** BigInt(usdtOf(chain).decimals - 6)
}

/** An address of that chain as it is compared. */
export function comparable(chain: Chain, address: string): string {
  return comparableAddress(familyOf(chain), address)
}
