-- Why: the ledger is compared with vaults, wallets, the operator's book and receipts, again and again. What differs is kept with a
-- class, a likely cause and an age until it is gone or people have closed it.
-- Older code survives this: yes, nothing existed before.
CREATE SCHEMA reconciliation;

CREATE TABLE reconciliation.differences (
  difference_id text PRIMARY KEY,
  class text NOT NULL,
  -- What differs: an account, a chain, a transfer, a receipt.
  subject text NOT NULL,
  -- `suspected`: seen once by a comparison that may be early. It is open when it is seen again.
  state text NOT NULL CHECK (state IN ('suspected', 'open', 'closed')),
  asset text,
  -- By how much the other side is above the ledger: micro-USDT or units.
  amount bigint,
  cause text NOT NULL,
  facts jsonb NOT NULL,
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  opened_at timestamptz,
  closed_at timestamptz,
  -- `gone`: a later comparison does not find it. `explained`: it stays, and people know why. `booked`: the ledger has it now.
  resolution text CHECK (resolution IN ('gone', 'explained', 'booked')),
  closed_by text,
  reason text,
  booked_to text,
  CHECK ((state = 'closed') = (resolution IS NOT NULL))
);
CREATE UNIQUE INDEX differences_standing ON reconciliation.differences (class, subject) WHERE state <> 'closed';
CREATE INDEX differences_of_subject ON reconciliation.differences (class, subject, closed_at);
CREATE INDEX differences_by_age ON reconciliation.differences (first_seen_at, difference_id);

-- Comparisons, the newest thousands.
CREATE TABLE reconciliation.runs (
  run bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  started_at timestamptz NOT NULL,
  ended_at timestamptz NOT NULL,
  by_actor text NOT NULL,
  agrees boolean NOT NULL,
  sections jsonb NOT NULL
);

-- How far what is compared page by page has come, and which process compares by itself.
CREATE TABLE reconciliation.progress (
  name text PRIMARY KEY,
  place text NOT NULL,
  lease text,
  leased_until timestamptz
);

-- Wallets of ours: what they had when they were read, and from where the list of what leaves them is read.
CREATE TABLE reconciliation.wallets (
  chain text NOT NULL,
  address text NOT NULL,
  -- Base units, after the block or at the time `balance_at`.
  balance numeric(78),
  balance_at bigint,
  read_at timestamptz,
  -- What left before it is not looked for.
  list_begins bigint,
  list_position bigint,
  listed_at timestamptz,
  deep_at timestamptz,
  PRIMARY KEY (chain, address)
);

-- Transactions that a list named, until they were read.
CREATE TABLE reconciliation.listed (
  chain text NOT NULL,
  tx_hash text NOT NULL,
  listed_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  looks integer NOT NULL DEFAULT 0,
  -- Read, final and kept, or given up.
  done boolean NOT NULL DEFAULT false,
  PRIMARY KEY (chain, tx_hash)
);
CREATE INDEX listed_due ON reconciliation.listed (chain, due_at) WHERE NOT done;

-- Transfers of genuine USDT out of wallets of ours, each final.
CREATE TABLE reconciliation.outflows (
  chain text NOT NULL,
  tx_hash text NOT NULL,
  from_address text NOT NULL,
  to_address text NOT NULL,
  raw_value numeric(78) NOT NULL,
  nth integer NOT NULL,
  log_index integer NOT NULL,
  amount_micro bigint NOT NULL,
  block_number bigint NOT NULL,
  block_time timestamptz NOT NULL,
  found_at timestamptz NOT NULL,
  -- `pending`: a payout that is under way may be it. `booked`: people have booked it as what it was.
  explained text NOT NULL CHECK (explained IN ('new', 'internal', 'payout', 'pending', 'unexplained', 'booked')),
  PRIMARY KEY (chain, tx_hash, from_address, to_address, raw_value, nth)
);
CREATE INDEX outflows_open ON reconciliation.outflows (chain, block_time) WHERE explained IN ('new', 'pending', 'unexplained');
CREATE INDEX outflows_from ON reconciliation.outflows (chain, from_address);
