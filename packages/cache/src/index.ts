export * from './tiered-cache.ts'
export { type RedisConnection, openRedis, redisOptions } from './redis.ts'
