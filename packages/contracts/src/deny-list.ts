import type { Chain } from './chains.ts'
import { comparable } from './transfers.ts'

/**
 * Whether the configuration denies an address, as sender of payments and as destination of money out. Addresses of all chains stand in one
 * list; each is compared as addresses of the asked chain are.
 */
export function isDenied(config: { readonly denyList: readonly string[] }, chain: Chain, address: string): boolean {
  const asked = comparable(chain, address)
  return config.denyList.some((denied) => comparable(chain, denied) === asked)
}
