-- Why: above an amount that its mandate names, an agent's event takes the approval of its owner: of exactly this event, up to a highest
-- total, for a time. What is undecided holds nothing; what is granted was charged to the mandate, and is given back if it is not used.
-- Older code survives this: yes, it funds no event of an agent.
CREATE TABLE cashier.approvals (
  approval_id text PRIMARY KEY,
  owner text NOT NULL,
  agent_id text NOT NULL,
  -- SHA-256 of the whole event, whatever the order of its fields.
  event_hash text NOT NULL,
  event jsonb NOT NULL,
  mandate_version integer NOT NULL,
  -- What it may move at most: micro-USDT with the fee, and units.
  highest_micro bigint NOT NULL CHECK (highest_micro >= 0),
  units bigint NOT NULL CHECK (units >= 0),
  state text NOT NULL CHECK (state IN ('undecided', 'granted', 'denied', 'expired', 'used', 'ended')),
  -- The buckets that were charged when it was granted.
  charges jsonb,
  asked_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  decided_at timestamptz,
  decided_by text,
  confirmed_by text,
  CHECK ((state = 'granted') <= (charges IS NOT NULL))
);
CREATE UNIQUE INDEX approvals_by_event ON cashier.approvals (agent_id, event_hash);
CREATE INDEX approvals_of_agent ON cashier.approvals (agent_id, asked_at DESC);
CREATE INDEX approvals_open ON cashier.approvals (expires_at) WHERE state IN ('undecided', 'granted');
