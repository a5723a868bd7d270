import type { ConfigQueries, ConfigReader, MarketplaceConfig, PinnedConfig } from '@species/contracts'
import { Fault } from '@species/kernel'
import type { Bus, Clock } from '@species/runtime'

/** How long an answer may be used without asking the primary again (DESIGN section 4). */
const leaseMs = 1_000

/**
 * Config as modules use it. `current` is at most a second old, whatever messages are lost; where the primary cannot be asked
 * it refuses rather than answer with something older. `at` is kept for ever: a version never changes.
 */
export function createConfigReader(deps: { queries: ConfigQueries; bus: Bus; clock: Clock }): ConfigReader {
  const versions = new Map<number, Promise<MarketplaceConfig>>()
  let lease: { pinned: Promise<PinnedConfig>; untilMs: number } | undefined
  deps.bus.tap('config.changed', () => {
    lease = undefined
  })
  return {
    async current() {
      const nowMs = deps.clock.steady()
      if (!lease || nowMs >= lease.untilMs) {
        const asked = { pinned: deps.queries.latest().catch(unavailable), untilMs: nowMs + leaseMs }
        lease = asked
        asked.pinned.catch(() => {
          if (lease === asked) lease = undefined
        })
      }
      return await lease.pinned
    },
    async at(version) {
      const known = versions.get(version)
      if (known) return await known
      const asked = deps.queries.at(version)
      versions.set(version, asked)
      asked.catch(() => versions.delete(version))
      return await asked
    },
  }
}

function unavailable(cause: unknown): never {
  throw new Fault('config_unavailable', {
    retryable: true,
    publicMessage: 'The configuration cannot be read from the primary.',
    cause,
  })
}
