-- Why: the ledger of record. Accounts are paths, entries never change, and no balance but those that stand for the world
-- outside may go below zero: the database says so too, whatever the code believes.
-- Older code survives this: yes, nothing existed before.
CREATE SCHEMA cashier;

-- A receivable is what a user owes, a debit balance: it is never above zero.
CREATE TABLE cashier.balances (
  account text NOT NULL,
  asset text NOT NULL CHECK (asset IN ('USDT', 'SPECIES')),
  posted bigint NOT NULL,
  held bigint NOT NULL CHECK (held >= 0),
  version bigint NOT NULL,
  PRIMARY KEY (account, asset),
  CHECK (
    account IN ('supply', 'outside', 'loss') OR starts_with(account, 'world:') OR starts_with(account, 'receivable:')
    OR posted - held >= 0
  ),
  CHECK (NOT starts_with(account, 'receivable:') OR posted <= 0)
);

CREATE TABLE cashier.transfers (
  transfer_id text PRIMARY KEY,
  event_key uuid,
  kind text NOT NULL CHECK (kind IN ('payment', 'settlement', 'reversal', 'observation')),
  -- Of the lines: the same id with other lines is refused.
  digest text NOT NULL,
  posted_at timestamptz NOT NULL
);
CREATE INDEX transfers_by_event ON cashier.transfers (event_key);

CREATE TABLE cashier.entries (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  transfer_id text NOT NULL REFERENCES cashier.transfers,
  account text NOT NULL,
  asset text NOT NULL,
  amount bigint NOT NULL CHECK (amount <> 0),
  balance_after bigint NOT NULL
);
CREATE INDEX entries_by_account ON cashier.entries (account, seq DESC);
CREATE INDEX entries_by_transfer ON cashier.entries (transfer_id);

-- One row an event: inbox, hold and outcome in one.
CREATE TABLE cashier.fundings (
  event_key uuid PRIMARY KEY,
  outcome text NOT NULL CHECK (outcome IN ('funded', 'refused', 'settled', 'released')),
  funding jsonb,
  settlement jsonb,
  -- The whole of what a backward message said, so that a late forward message gets the same answer.
  dossier jsonb,
  -- Counters that were charged, given back at release.
  charges jsonb,
  deadline_at timestamptz,
  decided_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX fundings_in_flight ON cashier.fundings (event_key) WHERE outcome = 'funded';

-- What the limits of a key have been charged, by clock hour and day (UTC).
CREATE TABLE cashier.limit_counters (
  key_id text NOT NULL,
  window_name text NOT NULL,
  units bigint NOT NULL CHECK (units >= 0),
  PRIMARY KEY (key_id, window_name)
);
