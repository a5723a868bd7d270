-- Why: payments that wait are asked for in turns by owner, in a lane for each chain, and once for all events that cite one
-- transaction; and those of one owner are counted. All three are read from the stored message, whoever writes it.
-- Older code survives this: yes, it names its columns and these are made from one of them.
ALTER TABLE validator.verdicts
  ADD COLUMN owner text GENERATED ALWAYS AS (dossier ->> 'owner') STORED,
  ADD COLUMN chain text GENERATED ALWAYS AS (dossier #>> '{event,payWith,chain}') STORED,
  ADD COLUMN cited text GENERATED ALWAYS AS (lower(regexp_replace(dossier #>> '{event,payWith,proof}', '^0[xX]', ''))) STORED;
CREATE INDEX verdicts_cited ON validator.verdicts (cited) WHERE due_at IS NOT NULL;
CREATE INDEX verdicts_unproven ON validator.verdicts (owner) WHERE outcome = 'waiting';
