/** Every code that a {@link Fault} can have: an operator sees it in the log and at the terminal. */
export const faultCodes = [
  // Settings and the first start
  'invalid_settings',
  'no_marketplace',
  'no_key',
  'unknown_approval',
  'no_sandbox',
  'no_market_vaults',
  'not_durable',
  'insecure_partner',
  'master_key_lost',
  'unsealable_secret',
  'operator_key_conflict',
  'mixed_partners',
  // Database
  'database_damaged',
  'schema_too_new',
  'migration_edited',
  // Bus
  'bus_unreachable',
  'bus_unavailable',
  'message_too_large',
  'stream_differs',
  'consumer_differs',
  // A part that does not answer, or another process that was faster: the same work is done again
  'config_unavailable',
  'config_unreadable',
  'vault_unknown',
  'decided_elsewhere',
  'claimed_meanwhile',
  'quotes_exhausted',
  // Facts that contradict each other: nothing is done until a person has looked
  'event_unreadable',
  'cancelled_after_settlement',
  'confirmed_without_hold',
  'returned_after_settlement',
  'transfer_conflict',
  'unknown_hold',
  'unknown_place',
] as const
export type FaultCode = (typeof faultCodes)[number]
