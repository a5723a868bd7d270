-- Why: one person, or a check of the books, halts all money out at once; two people resume it. Rows are only added and ended.
-- Older code survives this: yes, it does not look, so it sends during a halt until it is replaced.
CREATE TABLE payouts.halts (
  halt_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- What was found. It halts once, for ever.
  cause text NOT NULL UNIQUE,
  reason text NOT NULL,
  halted_by text NOT NULL,
  halted_at timestamptz NOT NULL,
  resumed_by text,
  resume_reason text,
  resumed_at timestamptz,
  CHECK ((resumed_at IS NULL) = (resumed_by IS NULL))
);
CREATE INDEX halts_open ON payouts.halts (halt_id) WHERE resumed_at IS NULL;
