-- Why: a quote fixes the price of a purchase for a while, reserves its units, and leases an address to pay to.
-- Older code survives this: yes, nothing existed before.
CREATE SCHEMA quotes;

CREATE TABLE quotes.quotes (
  quote_key uuid PRIMARY KEY,
  owner text NOT NULL,
  key_id text NOT NULL,
  trace text NOT NULL,
  -- `open` until it is paid by an event, cancelled, or its time is over and the chain is read past it.
  state text NOT NULL CHECK (state IN ('open', 'paid', 'cancelled', 'expired')),
  -- The purchase, as an event without its payment.
  purchase jsonb NOT NULL,
  intent text NOT NULL,
  config_version integer NOT NULL,
  match jsonb NOT NULL,
  total_micro bigint NOT NULL,
  fee_micro bigint NOT NULL,
  chain text NOT NULL,
  address text NOT NULL,
  is_shared boolean NOT NULL,
  -- What is to be paid: price and fee, and at a shared address what makes the amount unique.
  amount_micro bigint NOT NULL CHECK (amount_micro >= total_micro + fee_micro),
  -- The quote as it was signed: a compact JWS.
  signed text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  event_key uuid UNIQUE,
  ended_at timestamptz,
  -- From when its address and amount may be another quote's; null: not known yet.
  free_from timestamptz,
  holds_amount boolean NOT NULL
);
CREATE UNIQUE INDEX quotes_amount ON quotes.quotes (chain, address, amount_micro) WHERE is_shared AND holds_amount;
CREATE INDEX quotes_amounts_kept ON quotes.quotes (free_from) WHERE is_shared AND holds_amount;
CREATE INDEX quotes_by_owner ON quotes.quotes (owner, created_at DESC, quote_key);
CREATE INDEX quotes_by_owner_held ON quotes.quotes (owner) WHERE free_from IS NULL;
CREATE INDEX quotes_by_address ON quotes.quotes (chain, address, created_at DESC);
CREATE INDEX quotes_held_by_address ON quotes.quotes (chain, address) WHERE free_from IS NULL;

-- Addresses that quotes were made for, leased or shared, and when each is looked at next.
CREATE TABLE quotes.addresses (
  chain text NOT NULL,
  address text NOT NULL,
  is_shared boolean NOT NULL,
  -- Of a leased one: who has it, and from when it may be leased again; null: not known yet.
  owner text,
  free_from timestamptz,
  due_at timestamptz,
  PRIMARY KEY (chain, address)
);
CREATE INDEX addresses_due ON quotes.addresses (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX addresses_free ON quotes.addresses (chain, free_from) WHERE NOT is_shared;
CREATE INDEX addresses_by_owner ON quotes.addresses (owner, chain) WHERE free_from IS NULL AND NOT is_shared;

-- USDT that came in for quotes. A transfer is named as in the table of claims.
CREATE TABLE quotes.transfers (
  chain text NOT NULL,
  tx_hash text NOT NULL,
  from_address text NOT NULL,
  to_address text NOT NULL,
  raw_value numeric(78) NOT NULL,
  nth integer NOT NULL,
  quote_key uuid NOT NULL REFERENCES quotes.quotes,
  log_index integer NOT NULL,
  amount_micro bigint NOT NULL,
  block_number bigint NOT NULL,
  block_time timestamptz NOT NULL,
  is_final boolean NOT NULL,
  -- `payment`: what an event that cites the quote is paid with. `operator`: not decided by itself.
  decision text NOT NULL CHECK (decision IN ('payment', 'credit', 'operator')),
  -- When it was claimed, by the quote or by the event.
  claimed_at timestamptz,
  found_at timestamptz NOT NULL,
  PRIMARY KEY (chain, tx_hash, from_address, to_address, raw_value, nth)
);
CREATE UNIQUE INDEX transfers_payment ON quotes.transfers (quote_key) WHERE decision = 'payment';
CREATE INDEX transfers_undecided ON quotes.transfers (chain, to_address) WHERE claimed_at IS NULL AND decision <> 'operator';
CREATE INDEX transfers_by_quote ON quotes.transfers (quote_key);
