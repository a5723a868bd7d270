import { type Chain, chainsOf, familyOf } from './chains.ts'
import { comparable } from './transfers.ts'

/** Whether the configuration denies an address, on this chain or another of its family: nothing from it is credited. */
export function isDenied(
  config: { readonly chains: Readonly<Record<Chain, { readonly deniedAddresses: readonly string[] }>> },
  chain: Chain,
  address: string,
): boolean {
  const asked = comparable(chain, address)
  const denied = chainsOf(familyOf(chain)).flatMap((name) => config.chains[name].deniedAddresses)
  return denied.some((one) => comparable(chain, one) === asked)
}
