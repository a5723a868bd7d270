import { type ChainsConfig, chainConfigSchema } from './config.ts'
import { type Chain, forEveryChain } from './chains.ts'

/** The chains' settings since a version of the configuration, in force until the next. */
export interface ChainsVersion {
  readonly version: number
  /** Unix milliseconds. */
  readonly sinceMs: number
  readonly chains: ChainsConfig
  /** This code cannot read the settings: `chains` are those of before, halted. */
  readonly unreadable?: true
}

/** A version as it is read from its row; without `chains` where this code cannot read them. */
export interface StoredChainsVersion extends Omit<ChainsVersion, 'chains' | 'unreadable'> {
  readonly chains?: ChainsConfig
}

/** Gives versions that cannot be read the settings before them, halted: as long as they were in force nothing was claimed. */
export function readableHistory(
  before: readonly ChainsVersion[],
  stored: readonly StoredChainsVersion[],
): ChainsVersion[] {
  const history = [...before]
  for (const { version, sinceMs, chains } of stored) {
    const known = history.at(-1)?.chains
    if (chains) history.push({ version, sinceMs, chains })
    else history.push({ version, sinceMs, chains: haltedFrom(known), unreadable: true })
  }
  return history
}

function haltedFrom(known: ChainsConfig | undefined): ChainsConfig {
  const closed = chainConfigSchema.parse({ enabled: false, depositAddresses: [], confirmations: 1 })
  return forEveryChain((chain) => ({ ...(known?.[chain] ?? closed), halted: true }))
}

/** Tells which settings of the chains were in force at a time; at most one second old, oldest first. */
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
