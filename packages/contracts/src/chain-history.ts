import type { ChainsConfig } from './config.ts'
import type { Chain } from './chains.ts'

/** The chains' settings since a version of the configuration, in force until the next. */
export interface ChainsVersion {
  readonly version: number
  /** Unix milliseconds. */
  readonly sinceMs: number
  readonly chains: ChainsConfig
}

/** Whoever can tell which settings of the chains were in force when; at most one second old, oldest first. */
export interface ChainHistory {
  chainHistory(): Promise<readonly ChainsVersion[]>
}

/** For how much of the time from `fromMs` to `toMs` a chain was halted, in milliseconds: its deadlines move by that. */
export function haltedMs(history: readonly ChainsVersion[], chain: Chain, fromMs: number, toMs: number): number {
  return history.reduce((sum, { sinceMs, chains }, index) => {
    if (!chains[chain].halted) return sum
    const endMs = Math.min(history[index + 1]?.sinceMs ?? toMs, toMs)
    return sum + Math.max(0, endMs - Math.max(sinceMs, fromMs))
  }, 0)
}
