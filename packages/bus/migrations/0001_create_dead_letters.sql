-- Why: an event that fails alone must be kept with its cause and its count, across restarts.
-- Older code survives this: yes, nothing existed before.
CREATE TABLE runtime.dead_letters (
  consumer text NOT NULL,
  key text NOT NULL,
  attempts integer NOT NULL,
  topic text,
  partition integer,
  trace text,
  body jsonb,
  cause text,
  parked_at timestamptz,
  PRIMARY KEY (consumer, key)
);
