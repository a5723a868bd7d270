import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { createMetrics } from './metrics.ts'

type Count = (this: unknown, labels: Record<string, string>, value: number) => void
interface AnyMetric {
  readonly labelNames: readonly string[]
  readonly observe?: Count
  readonly inc?: Count
}

/** Metrics in which each has a value, as a scrape sees them. */
async function scraped(): Promise<string> {
  const metrics = createMetrics()
  for (const [name, metric] of Object.entries(metrics)) {
    if (name === 'registry') continue
    const { labelNames, observe, inc } = metric as AnyMetric
    const labels = Object.fromEntries(labelNames.map((label) => [label, 'some']))
    if (observe) observe.call(metric, labels, 0.2)
    else inc?.call(metric, labels, 2)
  }
  return await metrics.registry.metrics()
}

const hasPromtool = spawnSync('promtool', ['--version']).status === 0

test.skipIf(!hasPromtool)('promtool finds nothing to say about them [needs promtool]', async () => {
  const { stdout, stderr, status } = spawnSync('promtool', ['check', 'metrics'], { input: await scraped() })
  expect([String(stdout), String(stderr), status]).toEqual(['', '', 0])
})

test('no gauge is named like a counter, and each counter is', async () => {
  for (const [, name = '', type] of (await scraped()).matchAll(/^# TYPE (\S+) (\w+)$/gm))
    expect([name, type, name.endsWith('_total')]).toEqual([name, type, type === 'counter'])
})

test("the specification's names say what ours say", async () => {
  const metrics = createMetrics()
  const request = { method: 'get', route: '/marketplace/v1/config', status: '200' }
  metrics.httpSeconds.observe(request, 0.1)
  metrics.httpSeconds.observe(request, 5)
  for (const outcome of ['verified', 'verified', 'refused', 'pending'])
    metrics.verificationTotal.inc({ chain: 'ETH', outcome })
  const lines = (await metrics.registry.metrics()).split('\n')
  expect(lines).toContain('http_requests_total{method="get",route="/marketplace/v1/config",status="200"} 2')
  expect(lines).toContain('payment_verification_total{status="success",chain="ETH"} 2')
  expect(lines).toContain('payment_verification_total{status="failed",chain="ETH"} 1')
  expect(lines).toContain('payment_verification_total{status="pending",chain="ETH"} 1')
  expect(lines).toContain('mcp_request_duration_seconds_count 0')
  // A second scrape reads the same, not the sum.
  expect((await metrics.registry.metrics()).split('\n')).toContain(
    'payment_verification_total{status="success",chain="ETH"} 2',
  )
})
