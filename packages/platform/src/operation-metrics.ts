import { Gauge, type Registry } from 'prom-client'

/** What operators are woken for, beside the metrics of the work itself. */
export interface OperationMetrics {
  /** Of the oldest event that is not ended, not in review, and waits for no partner: since it was accepted or last waited. */
  readonly oldestStalledSeconds: Gauge
  readonly oldestReviewSeconds: Gauge
  /** Of the oldest delivery that was sent to Onli Cloud and whose outcome is unknown. */
  readonly oldestUnknownDeliverySeconds: Gauge
  readonly vaultDifferenceUnits: Gauge<'owner'>
  readonly unansweredVaults: Gauge
  readonly reconciledAtSeconds: Gauge
  /** Open differences between the ledger and everything else, and how old the oldest is. */
  readonly differences: Gauge<'class'>
  readonly oldestDifferenceSeconds: Gauge<'class'>
  readonly partUp: Gauge<'part'>
  readonly certificateExpirySeconds: Gauge<'setting'>
  readonly operatorKeyExpirySeconds: Gauge<'operator'>
}

export function operationMetrics(registers: Registry[]): OperationMetrics {
  const gauge = <Label extends string = never>(name: string, help: string, ...labelNames: Label[]): Gauge<Label> =>
    new Gauge({ name, help, labelNames, registers })
  return {
    oldestStalledSeconds: gauge(
      'species_oldest_stalled_event_seconds',
      'Age of the oldest unfinished event that waits for no partner and no person, since it was accepted or last waited',
    ),
    oldestReviewSeconds: gauge('species_oldest_review_seconds', 'Age of the oldest review that is not decided'),
    oldestUnknownDeliverySeconds: gauge(
      'species_oldest_unknown_delivery_seconds',
      'Age of the oldest delivery that was sent to Onli Cloud and whose outcome is unknown',
    ),
    vaultDifferenceUnits: gauge(
      'species_vault_difference_units',
      'SPECIES by which vaults differed from the ledger at the last reconciliation, by owner: users, market',
      'owner',
    ),
    unansweredVaults: gauge(
      'species_unanswered_vaults',
      'Vaults whose balance Onli Cloud did not tell at the last reconciliation',
    ),
    reconciledAtSeconds: gauge(
      'species_reconciled_timestamp_seconds',
      'Unix time of the last reconciliation that ran to its end',
    ),
    differences: gauge(
      'species_differences',
      'Open differences between the ledger and vaults, wallets, receipts or Firefly III, by class',
      'class',
    ),
    oldestDifferenceSeconds: gauge(
      'species_oldest_difference_seconds',
      'Age of the oldest open difference of a class; 0 where none is open',
      'class',
    ),
    partUp: gauge(
      'species_part_up',
      'Whether what the process depends on is up: 1 or 0; a database with a full disk is 0',
      'part',
    ),
    certificateExpirySeconds: gauge(
      'species_certificate_expiry_timestamp_seconds',
      'Unix time at which the first certificate in the file that a setting names expires',
      'setting',
    ),
    operatorKeyExpirySeconds: gauge(
      'species_operator_key_expiry_timestamp_seconds',
      'Unix time at which the last usable key of an operator expires; absent where one never does',
      'operator',
    ),
  }
}
