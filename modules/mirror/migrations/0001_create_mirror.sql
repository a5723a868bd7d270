-- Why: the operator's book is written behind the ledger, in order, each entry once. What is still to be written, and what was written
-- under which id, is kept here.
-- Older code survives this: yes, nothing of this existed before.
CREATE SCHEMA mirror;

-- One row: up to which entry of the ledger has been taken over, and which process writes.
CREATE TABLE mirror.progress (
  singleton boolean PRIMARY KEY CHECK (singleton),
  seq bigint NOT NULL,
  lease text,
  leased_until timestamptz,
  -- Why the last round ended early; null after one that did not.
  failure text,
  failed_at timestamptz
);

-- Our control accounts in the book, and what the book should show for each: debits above zero, of all that was written.
CREATE TABLE mirror.accounts (
  control text NOT NULL,
  asset text NOT NULL,
  book_id text NOT NULL,
  debit bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (control, asset)
);

CREATE TABLE mirror.pairs (
  place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  external_id text NOT NULL UNIQUE,
  -- The order in which pairs are written: their place, and for a summary the place of the first that it stands for.
  ordinal bigint NOT NULL,
  transfer_id text,
  event_key uuid,
  kind text NOT NULL,
  source text NOT NULL,
  destination text NOT NULL,
  asset text NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  at timestamptz NOT NULL,
  -- Of a summary: how many pairs it stands for.
  stands_for integer,
  state text NOT NULL CHECK (state IN ('queued', 'written', 'summarised', 'refused')),
  -- Whether it may be in the book already, so that it is looked for before it is written.
  tried boolean NOT NULL DEFAULT false,
  -- The external id of the summary that stands for it.
  summary text,
  book_id text,
  refusal text
);
CREATE INDEX pairs_queued ON mirror.pairs (ordinal, place) WHERE state = 'queued';
CREATE INDEX pairs_refused ON mirror.pairs (place) WHERE state = 'refused';
CREATE INDEX pairs_by_transfer ON mirror.pairs (transfer_id);
CREATE INDEX pairs_by_summary ON mirror.pairs (summary);
