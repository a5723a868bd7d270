import { Counter, type Histogram, type Registry } from 'prom-client'

/** What the specification calls the outcomes of a verification. */
const verificationStatus: Readonly<Record<string, string>> = { verified: 'success', refused: 'failed' }

/**
 * The names that the specification's alerts use, beside ours. They are read from ours at each scrape, so that nothing is counted
 * in two places.
 */
export function addSpecificationMetrics(ours: {
  registry: Registry
  httpSeconds: Histogram<'method' | 'route' | 'status'>
  verificationTotal: Counter<'chain' | 'outcome'>
}): void {
  const registers = [ours.registry]
  new Counter({
    name: 'http_requests_total',
    help: 'HTTP requests answered, under the name of the specification',
    labelNames: ['method', 'route', 'status'],
    registers,
    async collect() {
      this.reset()
      for (const { metricName, labels, value } of (await ours.httpSeconds.get()).values) {
        if (metricName?.endsWith('_count') === true) this.inc(labels, value)
      }
    },
  })
  new Counter({
    name: 'payment_verification_total',
    help: 'Looks at payments on their chains, under the name of the specification: success, failed, pending, unanswered',
    labelNames: ['status', 'chain'],
    registers,
    async collect() {
      this.reset()
      for (const { labels, value } of (await ours.verificationTotal.get()).values) {
        const outcome = String(labels.outcome)
        this.inc({ status: verificationStatus[outcome] ?? outcome, chain: String(labels.chain) }, value)
      }
    },
  })
}
