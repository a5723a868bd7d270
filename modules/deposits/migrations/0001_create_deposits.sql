-- Why: the marketplace finds by itself what comes in at its addresses. Chains are asked for lists, each transaction on them is read,
-- and each transfer is kept once and followed until it is final or gone.
-- Older code survives this: yes, nothing existed before.
CREATE SCHEMA deposits;

-- Addresses of ours. Each is read from its own position on: a height or a time, as its chain's lists are ordered.
CREATE TABLE deposits.addresses (
  chain text NOT NULL,
  address text NOT NULL,
  added_at timestamptz NOT NULL,
  -- Looked at every few seconds until then; null: always.
  quick_until timestamptz,
  due_at timestamptz NOT NULL,
  -- Null until it is first read.
  position bigint,
  -- When it was last read from far back, for what a partner's list had lacked for long.
  deep_at timestamptz,
  -- Of a list that is not read to its end: from where it is read, where it goes on, how many pages were read, and the time of the newest
  -- block when it was begun.
  since bigint,
  page text,
  pages integer NOT NULL DEFAULT 0,
  begun_through timestamptz,
  -- The time of the block up to which it was read to the end.
  read_through timestamptz,
  -- Failures in a row, and what the last one was.
  failures integer NOT NULL DEFAULT 0,
  fault text,
  PRIMARY KEY (chain, address)
);
CREATE INDEX addresses_due ON deposits.addresses (chain, due_at);

-- Transactions that a list named, whatever they turn out to be.
CREATE TABLE deposits.transactions (
  chain text NOT NULL,
  tx_hash text NOT NULL,
  -- `listed`: not read yet. `gone`: it pays none of our addresses, or not any more.
  status text NOT NULL CHECK (status IN ('listed', 'seen', 'final', 'gone')),
  listed_at timestamptz NOT NULL,
  final_at timestamptz,
  ended_at timestamptz,
  due_at timestamptz,
  block_number bigint,
  looks integer NOT NULL DEFAULT 0,
  -- Looks in a row that missed it, and looks since it was final that found it.
  missing integer NOT NULL DEFAULT 0,
  rechecks integer NOT NULL DEFAULT 0,
  PRIMARY KEY (chain, tx_hash)
);
CREATE INDEX transactions_due ON deposits.transactions (chain, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX transactions_unread ON deposits.transactions (chain) WHERE status = 'listed';

-- Named as claims are: by what the transfer says and its place among those alike, wherever it stands.
CREATE TABLE deposits.transfers (
  chain text NOT NULL,
  tx_hash text NOT NULL,
  from_address text NOT NULL,
  to_address text NOT NULL,
  raw_value numeric(78) NOT NULL,
  nth integer NOT NULL,
  log_index integer NOT NULL,
  amount_micro bigint NOT NULL CHECK (amount_micro > 0),
  block_number bigint NOT NULL,
  block_time timestamptz NOT NULL,
  status text NOT NULL CHECK (status IN ('seen', 'final', 'gone')),
  found_at timestamptz NOT NULL,
  final_at timestamptz,
  gone_at timestamptz,
  PRIMARY KEY (chain, tx_hash, from_address, to_address, raw_value, nth),
  FOREIGN KEY (chain, tx_hash) REFERENCES deposits.transactions
);
CREATE INDEX transfers_to ON deposits.transfers (chain, to_address, block_time);
