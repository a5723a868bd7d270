-- Why: money that is final and that nothing claims is booked into suspense, so that the books know of it, and an operator decides.
-- Older code survives this: yes, it neither reads nor writes the new columns. What it finds is decided by newer code.
ALTER TABLE deposits.transfers
  ADD COLUMN deposit_id text NOT NULL GENERATED ALWAYS AS (
    'dep_' || md5(chain || ' ' || tx_hash || ' ' || from_address || ' ' || to_address || ' ' || raw_value::text || ' ' || nth::text)) STORED,
  -- Null: not looked at. `claimed`: something else holds it. `suspense`: we booked it. `assigned`, `kept`: operators decided.
  ADD COLUMN explained text CHECK (explained IN ('claimed', 'suspense', 'assigned', 'kept')),
  ADD COLUMN explained_at timestamptz,
  -- Names the booking of this life of the transfer.
  ADD COLUMN booking uuid;
CREATE UNIQUE INDEX transfers_id ON deposits.transfers (deposit_id);
CREATE INDEX transfers_undecided ON deposits.transfers (chain, final_at) WHERE status = 'final' AND explained IS NULL;
CREATE INDEX transfers_unexplained ON deposits.transfers (final_at, deposit_id) WHERE explained = 'suspense';
