-- Why: an event that cites a quote names no transaction. What came in for its quote is looked up, by a job of its own.
-- Older code survives this: yes, it does not look at the column, and asks chains for no event without a chain.
ALTER TABLE validator.verdicts
  ADD COLUMN quote text GENERATED ALWAYS AS (dossier #>> '{event,payWith,quote}') STORED;
CREATE INDEX verdicts_quoted_due ON validator.verdicts (due_at) WHERE due_at IS NOT NULL AND quote IS NOT NULL;
