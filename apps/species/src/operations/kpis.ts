/** A figure by which the specification judges the marketplace. */
export interface Kpi {
  readonly name: string
  readonly group: 'technical' | 'business' | 'operational'
  readonly target: { readonly is: 'above' | 'below'; readonly value: number }
  readonly unit: '%' | 's' | 'USD' | 'users' | 'deploys a day'
  /** Where the figure comes from, for people. */
  readonly source: string
  /** Asked of Prometheus, with `window` as its range; absent where the figure is not measured here. */
  readonly query?: (window: string) => string
}

const ratio = 0.01
const quantile = (series: string, window: string): string =>
  `histogram_quantile(0.95, sum by (le) (rate(${series}[${window}])))`
const paging = 'alertstate="firing",severity="page"'

/** All thirteen, in the specification's order. */
export const kpis: readonly Kpi[] = [
  {
    name: 'uptime',
    group: 'technical',
    target: { is: 'above', value: 99.95 },
    unit: '%',
    source: 'a probe of the public address from outside',
    query: (window) => `avg(avg_over_time(probe_success{job="probe"}[${window}])) / ${ratio}`,
  },
  {
    name: 'transaction_success_rate',
    group: 'technical',
    target: { is: 'above', value: 99.9 },
    unit: '%',
    source: 'events that did not fail through a fault of ours; a refusal of what a payer did is none',
    query: (window) =>
      `(1 - (sum(increase(species_refusals_total{seen="receipt",code=~"deadline_exceeded|payment_unconfirmable|delivery_refused"}[${window}])) or vector(0)) / sum(increase(species_event_seconds_count[${window}]))) / ${ratio}`,
  },
  {
    name: 'p95_latency',
    group: 'technical',
    target: { is: 'below', value: 3 },
    unit: 's',
    source: 'from accept to completed; waiting for confirmations counts',
    query: (window) => quantile('species_event_seconds_bucket{end="completed"}', window),
  },
  {
    name: 'mcp_response_time',
    group: 'technical',
    target: { is: 'below', value: 1 },
    unit: 's',
    source: 'requests to the MCP endpoints (p95)',
    query: (window) => quantile('mcp_request_duration_seconds_bucket', window),
  },
  {
    name: 'cache_hit_ratio',
    group: 'technical',
    target: { is: 'above', value: 80 },
    unit: '%',
    source: 'answers of the caches',
    query: (window) =>
      `sum(increase(species_cache_total{answer="hit"}[${window}])) / sum(increase(species_cache_total[${window}])) / ${ratio}`,
  },
  {
    name: 'daily_active_users',
    group: 'business',
    target: { is: 'above', value: 1_000 },
    unit: 'users',
    source: 'distinct owners of a day; a question to a copy of the database, not to the one that works',
  },
  {
    name: 'transaction_volume',
    group: 'business',
    target: { is: 'above', value: 1_000_000 },
    unit: 'USD',
    source: 'USDT that completed events moved, as a month',
    query: (window) => `sum(rate(species_volume_usdt_total[${window}])) * 30 * 86400`,
  },
  {
    name: 'ai_initiated_transactions',
    group: 'business',
    target: { is: 'above', value: 20 },
    unit: '%',
    source: 'receipts that name an agent; no metric tells agents apart',
  },
  {
    name: 'cost_per_transaction',
    group: 'business',
    target: { is: 'below', value: 0.01 },
    unit: 'USD',
    source: '`--monthly-cost` or `--prices`, divided by the events of a month',
  },
  {
    name: 'deployment_frequency',
    group: 'operational',
    target: { is: 'above', value: 1 },
    unit: 'deploys a day',
    source: 'the releases of your host (`fly releases`)',
  },
  {
    name: 'mean_time_to_recovery',
    group: 'operational',
    target: { is: 'below', value: 900 },
    unit: 's',
    source: 'how long an alert that pages fires, on average',
    query: (window) =>
      `sum(count_over_time(ALERTS{${paging}}[${window}:1m])) * 60 / sum(changes(ALERTS_FOR_STATE{severity="page"}[${window}]) + 1)`,
  },
  {
    name: 'error_budget_remaining',
    group: 'operational',
    target: { is: 'above', value: 90 },
    unit: '%',
    source: 'of the objective that has least left, over 30 days',
    query: () => `min(slo:error_budget:ratio_left30d) / ${ratio}`,
  },
  {
    name: 'runbook_coverage',
    group: 'operational',
    target: { is: 'above', value: 99.99 },
    unit: '%',
    source: 'a test of the repository, which fails below 100 %',
  },
]

/** Events of a month, at the rate of the window. */
export const eventsOfMonth = (window: string): string =>
  `sum(rate(species_event_seconds_count[${window}])) * 30 * 86400`

/** Whether a figure is on the right side of its target. */
export function meets({ target }: Kpi, value: number): boolean {
  return target.is === 'above' ? value > target.value : value < target.value
}
