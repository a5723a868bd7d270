import type { WebhookAnswer } from '@species/contracts'
import { describe, expect, it } from 'vitest'
import { afterTurn, judge, longestFailureMs, maxTries } from './delivery.ts'

const answered = (status: number, retryAfterSeconds?: number): WebhookAnswer => ({
  kind: 'answered',
  status,
  text: '',
  retryAfterSeconds,
})
const at = (tries: number, random = 0) => ({ tries, nowMs: 1_000, random })
const timeout: WebhookAnswer = { kind: 'failed', reason: 'timeout' }

describe('an attempt', () => {
  it.each([200, 201, 204, 299])('is delivered by %i', (status) => {
    expect(judge(answered(status), at(0))).toEqual({ kind: 'delivered' })
  })

  it.each([301, 302, 307, 400, 401, 404, 429, 500, 503])('is retried after %i', (status) => {
    expect(judge(answered(status), at(0))).toEqual({ kind: 'retry', atMs: 6_000 })
  })

  it('ends the endpoint by 410', () => {
    expect(judge(answered(410), at(3))).toEqual({ kind: 'gone' })
  })

  it('is retried over three days, with jitter upward, and is given up then', () => {
    let waitedMs = 0
    for (let tries = 0; tries < maxTries - 1; tries++) {
      const [soonest, latest] = [judge(timeout, at(tries, 0)), judge(timeout, at(tries, 1))]
      if (soonest.kind !== 'retry' || latest.kind !== 'retry') throw new Error('not retried')
      expect(latest.atMs).toBeGreaterThan(soonest.atMs)
      waitedMs += soonest.atMs - 1_000
    }
    expect(waitedMs).toBeGreaterThan(3 * 86_400_000)
    expect(judge(timeout, at(maxTries - 1))).toEqual({ kind: 'given_up' })
  })

  it('waits as long as the server asks, up to an hour', () => {
    expect(judge(answered(429, 60), at(0))).toEqual({ kind: 'retry', atMs: 61_000 })
    expect(judge(answered(503, 1e9), at(0))).toEqual({ kind: 'retry', atMs: 3_601_000 })
  })
})

describe('an endpoint after a turn', () => {
  const when = (nowMs: number, agedMs = nowMs) => ({ nowMs, agedMs })
  const well = { failures: 0, failingSinceMs: undefined }
  const retry = { kind: 'retry', atMs: 0 } as const

  it('is healthy once it delivers something, whatever else it refuses', () => {
    expect(afterTurn({ failures: 5, failingSinceMs: 1 }, [retry, { kind: 'delivered' }], when(10))).toEqual({
      kind: 'healthy',
    })
  })

  it('rests longer after each turn without success', () => {
    const first = afterTurn(well, [retry], when(10))
    expect(first).toEqual({ kind: 'rests', failures: 1, failingSinceMs: 10, untilMs: 1_010 })
    const later = afterTurn({ failures: 20, failingSinceMs: 10 }, [retry], when(50))
    expect(later).toEqual({ kind: 'rests', failures: 21, failingSinceMs: 10, untilMs: 300_050 })
  })

  it('is disabled after three days without success, which a wrong clock does not make, or when it is gone', () => {
    const failing = { failures: 9, failingSinceMs: 0 }
    expect(afterTurn(failing, [retry], when(longestFailureMs - 1))).toMatchObject({ kind: 'rests' })
    expect(afterTurn(failing, [retry], when(longestFailureMs))).toEqual({ kind: 'disabled', for: 'failing' })
    expect(afterTurn(failing, [retry], when(10 * longestFailureMs, longestFailureMs - 1))).toMatchObject({
      kind: 'rests',
    })
    expect(afterTurn(well, [{ kind: 'gone' }], when(0))).toEqual({ kind: 'disabled', for: 'gone' })
  })

  it('keeps its failures after a turn in which nothing could be sent', () => {
    expect(afterTurn({ failures: 2, failingSinceMs: 5 }, [], when(10))).toEqual({
      kind: 'rests',
      failures: 2,
      failingSinceMs: 5,
      untilMs: 1_010,
    })
  })
})
