-- Why: money is sent only to addresses that the user put into their address book before, with a confirmation and a delay.
-- Older code survives this: yes, nothing existed before.
CREATE SCHEMA payouts;

CREATE TABLE payouts.addresses (
  address_id text PRIMARY KEY,
  owner text NOT NULL,
  chain text NOT NULL,
  -- As addresses are compared: EVM lower-case, TRON base58check.
  address text NOT NULL,
  label text NOT NULL,
  -- The key that asked, and what confirmed it.
  added_by text NOT NULL,
  confirmed_by text NOT NULL,
  created_at timestamptz NOT NULL,
  -- No money is sent there before.
  usable_at timestamptz NOT NULL,
  removed_at timestamptz
);
CREATE UNIQUE INDEX addresses_in_book ON payouts.addresses (owner, chain, address) WHERE removed_at IS NULL;
CREATE INDEX addresses_of_owner ON payouts.addresses (owner, created_at);
