-- Why: users' money leaves by payouts. Each is held in the ledger, approved, sent once, proven on its chain, and followed until it cannot
-- vanish any more. What is sent is stored before anything leaves.
-- Older code survives this: yes, it knows no payouts.
CREATE TABLE payouts.payouts (
  payout_id text PRIMARY KEY,
  owner text NOT NULL,
  -- The caller's own id: the same one with the same content is the same payout.
  request_id text NOT NULL,
  chain text NOT NULL,
  address text NOT NULL,
  amount_micro bigint NOT NULL CHECK (amount_micro > 0),
  -- What of it is taken from `payable:<owner>`; the rest is taken from `user:<owner>`.
  from_payable_micro bigint NOT NULL CHECK (from_payable_micro >= 0 AND from_payable_micro <= amount_micro),
  state text NOT NULL CHECK (
    state IN ('requested', 'approved', 'sending', 'sent', 'proven', 'settled', 'cancelled', 'failed', 'review')
  ),
  requested_by text NOT NULL,
  confirmed_by text NOT NULL,
  requested_at timestamptz NOT NULL,
  approved_at timestamptz,
  -- How many people had to approve it.
  people integer,
  -- Why it was cancelled, failed, or is in review.
  reason text,
  ended_at timestamptz,
  -- How often its proven transfer vanished: each life has a hold of its own in the ledger.
  life integer NOT NULL DEFAULT 0,
  -- When it is looked at next.
  due_at timestamptz,
  checks integer NOT NULL DEFAULT 0,
  -- The transfer that proves it, and how often that was looked at again.
  proof jsonb,
  proven_at timestamptz,
  rechecks_done integer NOT NULL DEFAULT 0,
  missing integer NOT NULL DEFAULT 0,
  UNIQUE (owner, request_id)
);
CREATE INDEX payouts_of_owner ON payouts.payouts (owner, requested_at);
CREATE INDEX payouts_to_address ON payouts.payouts (address, approved_at) WHERE approved_at IS NOT NULL;
CREATE INDEX payouts_due ON payouts.payouts (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX payouts_open ON payouts.payouts (requested_at) WHERE state NOT IN ('settled', 'cancelled', 'failed');

-- One word of one person for one purpose. `hash` is of what they saw.
CREATE TABLE payouts.approvals (
  payout_id text NOT NULL REFERENCES payouts.payouts,
  purpose text NOT NULL CHECK (purpose IN ('pay', 'fail')),
  -- The life of the payout that it is about.
  life integer NOT NULL,
  person text NOT NULL,
  key_id text NOT NULL,
  hash text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (payout_id, purpose, life, person)
);

-- There is one attempt to send a payout, ever. The row is committed before anything leaves.
CREATE TABLE payouts.attempts (
  payout_id text PRIMARY KEY REFERENCES payouts.payouts,
  channel text NOT NULL CHECK (channel IN ('hand', 'sandbox')),
  wallet text NOT NULL,
  by_actor text NOT NULL,
  at timestamptz NOT NULL
);

-- Transactions that are said to pay it.
CREATE TABLE payouts.hashes (
  payout_id text NOT NULL REFERENCES payouts.payouts,
  hash text NOT NULL,
  given_by text NOT NULL,
  at timestamptz NOT NULL,
  -- What the chain showed last.
  finding text,
  PRIMARY KEY (payout_id, hash)
);

-- What became of each payout, and who did it. Rows are only added.
CREATE TABLE payouts.history (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  payout_id text NOT NULL REFERENCES payouts.payouts,
  state text NOT NULL,
  actor text NOT NULL,
  reason text,
  at timestamptz NOT NULL
);
CREATE INDEX history_of_payout ON payouts.history (payout_id, seq);
