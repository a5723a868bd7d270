import { type Bus, createInProcessBus, createJetStreamBus } from '@species/bus'
import { type TieredCache, createTieredCache, openRedis } from '@species/cache'
import { type RateLimiter, createMemoryRateLimiter, createRedisRateLimiter } from '@species/http'
import type { Clock, Logger, Metrics } from '@species/platform'
import type { Settings } from '../settings/settings.ts'

/** The real engine where its address is set, the embedded one where it is not; no module can tell. */
export async function openBus(
  settings: Settings,
  context: Parameters<typeof createInProcessBus>[0] & { readonly metrics: Metrics },
): Promise<Bus> {
  if (!settings.nats) return createInProcessBus(context)
  const { url, tls } = settings.nats
  return await createJetStreamBus(
    { url: url.reveal(), ...(tls ? { tls } : {}) },
    { ...context, prefix: settings.prefix },
  )
}

/** One principal, or one address that reads what is public, may ask so often. */
const requestLimit = { points: 600, perSeconds: 1 } as const

/** One address may have so many signatures checked: many principals may share it, as behind a proxy. */
const addressLimit = { points: 5 * requestLimit.points, perSeconds: 1 } as const

/** Caches and rate limits: shared through Redis where it is set, and this process's own where it is not. */
export function openShared(
  settings: Settings,
  deps: { clock: Clock; metrics: Metrics; log: Logger },
): {
  limiter: RateLimiter
  addressLimiter: RateLimiter
  cache: TieredCache
  isAnswering: (() => boolean) | undefined
  close(): Promise<void>
} {
  const { prefix } = settings
  if (!settings.redis)
    return {
      limiter: createMemoryRateLimiter(requestLimit),
      addressLimiter: createMemoryRateLimiter(addressLimit),
      cache: createTieredCache(deps),
      isAnswering: undefined,
      close: () => Promise.resolve(),
    }
  const redis = openRedis(settings.redis.url.reveal(), { ...deps, ca: settings.redis.ca })
  return {
    limiter: createRedisRateLimiter(requestLimit, redis, prefix),
    addressLimiter: createRedisRateLimiter(addressLimit, redis, `${prefix}:signed`),
    cache: createTieredCache({ ...deps, redis, prefix }),
    isAnswering: () => redis.isAnswering,
    close: () => redis.close(),
  }
}
