-- Why: an attempt to move units is recorded before the call, so that whatever dies we know that the call may have happened.
-- Older code survives this: yes, nothing existed before.
CREATE SCHEMA asset_manager;

CREATE TABLE asset_manager.deliveries (
  event_key uuid PRIMARY KEY,
  outcome text NOT NULL CHECK (outcome IN ('attempted', 'waiting', 'delivered', 'cancelled', 'review')),
  -- What is asked of Onli Cloud, fixed at the first attempt.
  request jsonb,
  operation_id text,
  -- While it is open, or cancelled: the message with which the event goes on.
  dossier jsonb,
  trace text,
  reason text,
  -- Open deliveries: when to ask next, how often it was asked, and until when.
  due_at timestamptz,
  checks integer NOT NULL,
  until_at timestamptz,
  attempted_at timestamptz,
  decided_at timestamptz NOT NULL
);
CREATE INDEX deliveries_due ON asset_manager.deliveries (due_at) WHERE outcome IN ('attempted', 'waiting');
