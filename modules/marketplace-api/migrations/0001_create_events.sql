-- Why: an accepted event is never forgotten. The key table keeps for ever who sent which event under which id and what it
-- said; the raw bodies, which are large and only evidence, lie in monthly partitions that retention can drop.
-- Older code survives this: yes, nothing existed before.
CREATE SCHEMA marketplace_api;

CREATE TABLE marketplace_api.event_keys (
  owner text NOT NULL,
  event_id text NOT NULL,
  event_key uuid NOT NULL UNIQUE,
  body_hash text NOT NULL,
  event jsonb NOT NULL,
  key_id text NOT NULL,
  limits jsonb,
  config_version bigint NOT NULL,
  classifier_version integer NOT NULL,
  trace text NOT NULL,
  accepted_at timestamptz NOT NULL,
  deadline_at timestamptz NOT NULL,
  -- The sweeper: when to drive the event again, and how often it has.
  next_sweep_at timestamptz NOT NULL,
  sweeps integer NOT NULL,
  -- A person looks at it: the sweeper keeps away.
  in_review boolean NOT NULL,
  ended_state text CHECK (ended_state IN ('completed', 'failed', 'disputed')),
  ended_at timestamptz,
  PRIMARY KEY (owner, event_id)
);
CREATE INDEX event_keys_unfinished ON marketplace_api.event_keys (next_sweep_at) WHERE ended_state IS NULL;
CREATE INDEX event_keys_open ON marketplace_api.event_keys (event_key) WHERE ended_state IS NULL;

CREATE TABLE marketplace_api.event_bodies (
  event_key uuid NOT NULL,
  received_at timestamptz NOT NULL,
  raw_body text NOT NULL,
  PRIMARY KEY (event_key, received_at)
) PARTITION BY RANGE (received_at);
