import type { Chain, ChainsVersion, PinnedConfig } from '@species/contracts'
import { inForce } from '@species/kernel'
import { chainsOf, familyOf } from '@species/contracts/chains'
import { comparable } from '@species/contracts/transfers'

/** Block times are the miners' word and may be this far off; the payer has the benefit. */
export const clockToleranceMs = 15_000

/** What decides whether a payment counts on its chain. Addresses are comparable. */
export interface ChainRules {
  /** Whether the chain was enabled when the payment was mined. */
  readonly isOpen: boolean
  /** Our addresses when the payment was mined. */
  readonly ours: ReadonlySet<string>
  /** All that were ever our addresses. */
  readonly everOurs: ReadonlySet<string>
  /** Addresses whose keys others may have. */
  readonly compromised: ReadonlySet<string>
  /** Senders whose money is credited to no one. */
  readonly denied: ReadonlySet<string>
  readonly confirmations: number
  /** False where this code cannot read a version that was in force when the payment was mined: the other rules are then a guess. */
  readonly isKnown: boolean
  readonly versions: RuleVersions
}

/** The configuration versions behind a verdict: pinned at accept, those whose chain settings held when mined, newest when judged. */
export interface RuleVersions {
  readonly accepted: number
  readonly mined: readonly number[]
  readonly judged: number
}

/**
 * The rules for a payment mined at `minedAtMs`. Prices are pinned at accept, safety is not: whether the chain is enabled and an
 * address is ours follows the time of the block, and confirmations are the largest of the figures at accept, when mined, and now.
 */
export function rulesFor(
  chain: Chain,
  minedAtMs: number,
  given: { pinned: PinnedConfig; current: PinnedConfig; history: readonly ChainsVersion[] },
): ChainRules {
  const { pinned, current, history } = given
  const addresses = (list: readonly string[]): string[] => list.map((address) => comparable(chain, address))
  const mined = inForce(history, minedAtMs - clockToleranceMs, minedAtMs + clockToleranceMs)
  const open = mined.filter(({ chains }) => chains[chain].enabled)
  const figures = [pinned.config, current.config, ...mined].map(({ chains }) => chains[chain].confirmations)
  return {
    isOpen: open.length > 0,
    ours: new Set(open.flatMap(({ chains }) => addresses(chains[chain].depositAddresses))),
    everOurs: new Set(history.flatMap(({ chains }) => addresses(chains[chain].depositAddresses))),
    compromised: new Set(addresses(current.config.chains[chain].compromisedAddresses)),
    denied: new Set(
      addresses(chainsOf(familyOf(chain)).flatMap((name) => current.config.chains[name].deniedAddresses)),
    ),
    confirmations: Math.max(...figures),
    isKnown: mined.every(({ unreadable }) => unreadable !== true),
    versions: { accepted: pinned.version, mined: mined.map(({ version }) => version), judged: current.version },
  }
}
