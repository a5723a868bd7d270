import { createHttpApp, createMemoryRateLimiter } from '@species/http'
import { createMetrics, silentLogger } from '@species/platform'
import { noAudit } from '@species/testing'
import { expect, test } from 'vitest'
import { allEndpoints } from './api.ts'

test('every operation by which an operator changes something declares its audit entry: the whole program would start', () => {
  const start = (): unknown =>
    createHttpApp({
      endpoints: allEndpoints(),
      verifier: { verify: () => Promise.reject(new Error('not asked')) },
      limiter: createMemoryRateLimiter({ points: 1, perSeconds: 1 }),
      audit: noAudit,
      log: silentLogger,
      metrics: createMetrics(),
    })
  expect(start).not.toThrow()
})
