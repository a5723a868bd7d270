/** A history of metrics, a value a minute in promtool's notation, by series. */
type History = Readonly<Record<string, string>>

/** When an alert must fire, and a history near it in which it must not. Both are looked at after `minutes`. */
interface AlertCase {
  readonly fires: History
  readonly quiet: History
  readonly minutes: number
}

const requests = (ok: string, failed: string): History => ({
  'species_http_request_seconds_count{route="/marketplace/v1/events",status="202"}': ok,
  'species_http_request_seconds_count{route="/marketplace/v1/events",status="500"}': failed,
  // A page of health that says 503 is no fault of a request.
  'species_http_request_seconds_count{route="/health/ready",status="503"}': '0+600x300',
})
const verifications = (verified: string, refused: string, unanswered: string): History => ({
  'species_payment_verifications_total{chain="ETH",outcome="verified"}': verified,
  'species_payment_verifications_total{chain="ETH",outcome="refused"}': refused,
  'species_payment_verifications_total{chain="ETH",outcome="unanswered"}': unanswered,
})
const mcp = (fast: string, all: string): History => ({
  'mcp_request_duration_seconds_bucket{le="1"}': fast,
  'mcp_request_duration_seconds_bucket{le="3"}': all,
  'mcp_request_duration_seconds_bucket{le="+Inf"}': all,
})
/** A gauge: above its bound all the time, and above it for a moment or just below it. */
const gauge = (series: string, above: number, below: number, minutes = 20): AlertCase => ({
  fires: { [series]: `${above}x${minutes}` },
  quiet: { [series]: `${below}x${minutes}` },
  minutes,
})
const day = 86_400

export const alertCases: Readonly<Record<string, AlertCase>> = {
  HighErrorRate: { fires: requests('0+98x30', '0+2x30'), quiet: requests('0+995x30', '0+5x30'), minutes: 20 },
  PaymentVerificationFailure: {
    fires: verifications('0+80x30', '0+10x30', '0+10x30'),
    // Payers who are refused are no failure of ours.
    quiet: verifications('0+10x30', '0+87x30', '0+3x30'),
    minutes: 25,
  },
  SlowMCPResponse: { fires: mcp('0+90x30', '0+100x30'), quiet: mcp('0+97x30', '0+100x30'), minutes: 25 },
  MarketVaultDiffers: gauge('species_vault_difference_units{owner="market"}', 1, 0),
  UserVaultsDiffer: {
    fires: { 'species_vault_difference_units{owner="users"}': '5x60' },
    // What users move outside is booked by the next reconciliation.
    quiet: { 'species_vault_difference_units{owner="users"}': '5x5 0x5 5x5 0x45' },
    minutes: 50,
  },
  ReconciliationStopped: {
    fires: { species_reconciled_timestamp_seconds: '300x80' },
    quiet: { species_reconciled_timestamp_seconds: '0+60x80' },
    minutes: 75,
  },
  UnexplainedOutflow: gauge('species_differences{class="unexplained_outflow"}', 1, 0),
  WalletsDiffer: {
    fires: { 'species_differences{class="chain_balance"}': '1x30' },
    // A list was late.
    quiet: { 'species_differences{class="chain_balance"}': '0x5 1x6 0x19' },
    minutes: 20,
  },
  DifferenceWaits: gauge('species_oldest_difference_seconds{class="receipt_missing"}', day + 1, day - 1),
  VaultsUnanswered: {
    fires: { species_unanswered_vaults: '3x90' },
    quiet: { species_unanswered_vaults: '3x50 0x10 3x30' },
    minutes: 80,
  },
  EventStalled: gauge('species_oldest_stalled_event_seconds', 601, 599),
  // An event may wait for consent or for a person.
  EventUnfinishedTooLong: gauge('species_oldest_unfinished_event_seconds', day + 1, day - 1),
  DeliveryUnknownTooLong: gauge('species_oldest_unknown_delivery_seconds', 901, 899),
  ReviewWaits: gauge('species_oldest_review_seconds', 3_601, 3_599),
  DeadLetters: gauge('species_dead_letters', 1, 0),
  BacklogGrows: {
    fires: { 'species_bus_backlog{consumer="cashier-matched"}': '1001x30' },
    quiet: { 'species_bus_backlog{consumer="cashier-matched"}': '5000x15 100x2 5000x13' },
    minutes: 20,
  },
  WebhooksWait: {
    fires: { species_webhooks_pending: '10001x90' },
    quiet: { species_webhooks_pending: '100000x40 10x5 100000x45' },
    minutes: 80,
  },
  ProcessDown: {
    fires: { 'up{job="species",group="api",instance="a"}': '0x20' },
    // A restart.
    quiet: { 'up{job="species",group="api",instance="a"}': '1x9 0 1x10' },
    minutes: 11,
  },
  ProcessesMissing: {
    fires: { 'up{job="species",group="api",instance="a"}': '0x20', 'up{job="prometheus"}': '1x20' },
    quiet: {
      'up{job="species",group="api",instance="a"}': '0x20',
      'up{job="species",group="api",instance="b"}': '1x20',
    },
    minutes: 15,
  },
  PublicAddressDown: {
    fires: { 'probe_success{job="probe",instance="https://api.species.market"}': '0x20' },
    quiet: { 'probe_success{job="probe",instance="https://api.species.market"}': '1x9 0 1x10' },
    minutes: 11,
  },
  PartDown: {
    fires: {
      'species_part_up{part="redis",instance="a"}': '0x20',
      'species_part_up{part="redis",instance="b"}': '1x20',
    },
    // A partner that is down has an alert of its own: its breaker.
    quiet: { 'species_part_up{part="onli"}': '0x20', 'species_part_up{part="database"}': '1x20' },
    minutes: 15,
  },
  BreakerOpen: {
    fires: { 'species_breaker_open{breaker="moralis"}': '1x20' },
    quiet: { 'species_breaker_open{breaker="moralis"}': '1x3 0x2 1x3 0x12' },
    minutes: 12,
  },
  ReplicaLags: {
    fires: { 'species_replica_lag_seconds{replica="0",instance="a"}': '11x30' },
    // One process that cannot reach it does not make the replica late.
    quiet: {
      'species_replica_lag_seconds{replica="0",instance="a"}': '99x30',
      'species_replica_lag_seconds{replica="0",instance="b"}': '0.2x30',
    },
    minutes: 25,
  },
  VersionsIncompatible: {
    fires: { 'species_bus_unreadable_frames_total{consumer="cashier-matched"}': '0x5 1x20' },
    quiet: { 'species_bus_unreadable_frames_total{consumer="cashier-matched"}': '7x25' },
    minutes: 10,
  },
  CertificateExpires: {
    fires: { 'species_certificate_expiry_timestamp_seconds{setting="ONLI_TLS_CERT"}': `${13 * day}x120` },
    quiet: { 'species_certificate_expiry_timestamp_seconds{setting="ONLI_TLS_CERT"}': `${16 * day}x120` },
    minutes: 100,
  },
  OperatorKeyExpires: {
    fires: { 'species_operator_key_expiry_timestamp_seconds{operator="ada"}': `${6 * day}x120` },
    quiet: { 'species_operator_key_expiry_timestamp_seconds{operator="ada"}': `${9 * day}x120` },
    minutes: 100,
  },
  ErrorBudgetBurnsFast: {
    // 0.05 % may fail; 14.4 times that is 0.72 %.
    fires: requests('0+9900x90', '0+100x90'),
    quiet: requests('0+9970x90', '0+30x90'),
    minutes: 80,
  },
  ErrorBudgetBurnsSlowly: {
    fires: requests('0+9984x300', '0+16x300'),
    quiet: requests('0+9996x300', '0+4x300'),
    minutes: 150,
  },
}
