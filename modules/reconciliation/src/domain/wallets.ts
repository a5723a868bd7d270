import type { Chain, ChainsVersion } from '@species/contracts'
import { comparable, everOurs } from '@species/contracts/transfers'
import { familyFacts, familyOf, finalityMs, chainFacts } from '@species/contracts/chains'

/** The addresses of a chain that are or were ours. Those in use are looked at at each run, the others now and then. */
export interface OurWallets {
  readonly all: ReadonlySet<string>
  readonly inUse: ReadonlySet<string>
}

/** From every version of the configuration: money at an address that was ours once is ours. */
export function walletsOf(chain: Chain, history: readonly ChainsVersion[]): OurWallets {
  const newest = history.at(-1)?.chains[chain]
  const inUse = newest ? [...newest.depositAddresses, ...newest.ourWallets, ...newest.compromisedAddresses] : []
  return { all: everOurs(chain, history), inUse: new Set(inUse.map((address) => comparable(chain, address))) }
}

/** Whether lists and balances of a chain are by time, and its balances always as of its newest solid block. */
export function isByTime(chain: Chain): boolean {
  return familyFacts[familyOf(chain)].listedBy === 'time'
}

/** The newest position of a chain that cannot vanish any more. */
export function finalPosition(chain: Chain, head: number, confirmations: number): number {
  return isByTime(chain) ? head : Math.max(0, head - confirmations)
}

/** Lists come late: so far back one is read again each time. Positions as the lists of the chain count them. */
export function overlapOf(chain: Chain, confirmations: number): number {
  return positionsWithin(chain, Math.max(600_000, 2 * finalityMs(chain, confirmations)))
}

export function positionsWithin(chain: Chain, ms: number): number {
  return isByTime(chain) ? ms : Math.ceil(ms / chainFacts[chain].blockMs)
}

/** Where a transfer stands, as the lists of its chain count it. */
export function positionOf(chain: Chain, one: { readonly blockNumber: number; readonly blockTimeMs: number }): number {
  return isByTime(chain) ? one.blockTimeMs : one.blockNumber
}
