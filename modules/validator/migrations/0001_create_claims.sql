-- Why: a transfer on a chain is claimed once, for ever, in the same transaction as the yes that it is for.
-- Older code survives this: yes, nothing existed before.
CREATE SCHEMA validator;

CREATE TABLE validator.verdicts (
  event_key uuid PRIMARY KEY,
  outcome text NOT NULL CHECK (outcome IN ('validated', 'refused', 'waiting')),
  -- Of a yes: the payment section. Of a no: the refusal.
  payment jsonb,
  refusal jsonb,
  -- While it is asked for, and after a missed deadline: the message with which the event goes on.
  dossier jsonb,
  trace text NOT NULL,
  reason text,
  -- When to ask next; after a refusal for a missed deadline it is still watched, until then.
  due_at timestamptz,
  checks integer NOT NULL,
  until_at timestamptz,
  watch_until timestamptz,
  decided_at timestamptz NOT NULL
);
CREATE INDEX verdicts_due ON validator.verdicts (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE validator.claims (
  chain text NOT NULL,
  tx_hash text NOT NULL,
  log_index integer NOT NULL,
  event_key uuid NOT NULL,
  payer text NOT NULL,
  amount_micro bigint NOT NULL CHECK (amount_micro > 0),
  -- Base units as the chain has them, before they are floored to scale 6.
  raw_value numeric(78) NOT NULL,
  from_address text NOT NULL,
  to_address text NOT NULL,
  block_number bigint NOT NULL,
  block_time timestamptz NOT NULL,
  trace text NOT NULL,
  claimed_at timestamptz NOT NULL,
  credited_at timestamptz,
  -- Looked at again after the trade: when, how often still, how often it was missing in a row.
  recheck_at timestamptz,
  rechecks_done integer NOT NULL,
  missing integer NOT NULL,
  vanished_at timestamptz,
  -- An operator's word, where the claim needed one.
  reason text,
  PRIMARY KEY (chain, tx_hash, log_index)
);
CREATE INDEX claims_by_event ON validator.claims (event_key);
CREATE INDEX claims_uncredited ON validator.claims (claimed_at) WHERE credited_at IS NULL;
CREATE INDEX claims_recheck ON validator.claims (recheck_at) WHERE recheck_at IS NOT NULL;
