import {
  type ChainHistory,
  type ChainsVersion,
  type ConfigPages,
  type ConfigQueries,
  type ConfigReader,
  type MarketplaceConfig,
  type PinnedConfig,
  type ReadableConfig,
  readableHistory,
} from '@species/contracts'
import { Fault } from '@species/kernel'
import type { Bus } from '@species/bus'
import type { Clock } from '@species/platform'

/** How long an answer may be used before the primary is asked again: a halt of trading acts within a second. */
const leaseMs = 1_000

/**
 * Config as modules use it. `current` is at most a second old, whatever messages are lost; where the primary cannot be asked
 * it refuses rather than answer with something older, and so it does where this code cannot read the newest version; `readable` is the
 * last that it can, for pages alone. `at` is kept for ever: a version never changes. Of the chains' settings
 * all that ever were are kept, each change once.
 */
export function createConfigReader(deps: {
  queries: ConfigQueries
  bus: Bus
  clock: Clock
}): ConfigReader & ChainHistory & ConfigPages {
  const versions = new Map<number, Promise<MarketplaceConfig>>()
  let history: { upTo: number; changes: readonly ChainsVersion[] } = { upTo: 0, changes: [] }
  let lease: { pinned: Promise<PinnedConfig>; untilMs: number } | undefined
  deps.bus.tap('config.changed', () => {
    lease = undefined
  })
  const current = async (): Promise<PinnedConfig> => {
    const nowMs = deps.clock.steady()
    if (!lease || nowMs >= lease.untilMs) {
      const asked = { pinned: deps.queries.latest().catch(unavailable), untilMs: nowMs + leaseMs }
      lease = asked
      asked.pinned.catch((error: unknown) => {
        if (lease === asked && !isUnreadable(error)) lease = undefined
      })
    }
    return await lease.pinned
  }
  let fallback: { readonly newest: unknown; readonly readable: Promise<ReadableConfig> } | undefined
  const lastReadable = async (newest: unknown): Promise<ReadableConfig> => {
    const kept = fallback && fallback.newest === newest ? fallback : { newest, readable: deps.queries.lastReadable() }
    fallback = kept
    kept.readable.catch(() => {
      if (fallback === kept) fallback = undefined
    })
    return await kept.readable
  }
  return {
    current,
    async readable() {
      try {
        const pinned = await current()
        return { ...pinned, newest: pinned.version }
      } catch (error) {
        if (!isUnreadable(error)) throw error
        return await lastReadable(error.detail['version'])
      }
    },
    async at(version) {
      const known = versions.get(version)
      if (known) return await known
      const asked = deps.queries.at(version)
      versions.set(version, asked)
      asked.catch(() => versions.delete(version))
      return await asked
    },
    async chainHistory() {
      const { version } = await current()
      if (version <= history.upTo) return history.changes
      const known = history
      const more = await deps.queries.chainHistory(known.upTo, version)
      const next = { upTo: version, changes: readableHistory(known.changes, more) }
      if (next.upTo > history.upTo) history = next
      return next.changes
    },
  }
}

function isUnreadable(error: unknown): error is Fault {
  return error instanceof Fault && error.code === 'config_unreadable'
}

function unavailable(cause: unknown): never {
  if (isUnreadable(cause)) throw cause
  throw new Fault('config_unavailable', {
    retryable: true,
    publicMessage: 'The configuration cannot be read from the primary.',
    cause,
  })
}
