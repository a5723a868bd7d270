-- Why: a newer proof of a wallet that has an owner is a request to transfer it; and owners are asked for by the time of a block.
-- Older code survives this: yes, it refuses newer proofs as before, and asks for active owners alone.
CREATE INDEX wallets_by_address ON authenticator.wallets (family, address, proven_at);

CREATE TABLE authenticator.wallet_transfers (
  transfer_id uuid PRIMARY KEY,
  family text NOT NULL CHECK (family IN ('EVM', 'TRON')),
  address text NOT NULL,
  from_onli_id text NOT NULL REFERENCES authenticator.users,
  to_onli_id text NOT NULL REFERENCES authenticator.users,
  status text NOT NULL CHECK (status IN ('pending', 'objected', 'done', 'kept')),
  requested_at timestamptz NOT NULL,
  takes_effect_at timestamptz NOT NULL,
  ended_at timestamptz,
  -- An operator's word on an objection.
  decided_by text,
  reason text
);
-- One request at a time for an address.
CREATE UNIQUE INDEX wallet_transfers_open ON authenticator.wallet_transfers (family, address) WHERE status IN ('pending', 'objected');
CREATE INDEX wallet_transfers_from ON authenticator.wallet_transfers (from_onli_id, requested_at);
CREATE INDEX wallet_transfers_to ON authenticator.wallet_transfers (to_onli_id, requested_at);
