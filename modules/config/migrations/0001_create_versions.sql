-- Why: every figure an event was decided by must be there again when it is replayed, and who changed what must be known.
-- Older code survives this: yes, nothing existed before.
CREATE SCHEMA config;

CREATE TABLE config.versions (
  version bigint PRIMARY KEY CHECK (version > 0),
  config jsonb NOT NULL,
  changed_by text NOT NULL,
  reason text NOT NULL,
  changed_at timestamptz NOT NULL
);
