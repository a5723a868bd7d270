-- Why: an agent acts for a user within a mandate that a person set. A mandate never changes: a new one has the next version. Keys of an
-- agent carry its id in their limits, which no older code can read: it refuses them and their events.
-- Older code survives this: yes, it makes no agents, and can use no key of theirs.
CREATE TABLE authenticator.agents (
  agent_id text PRIMARY KEY,
  onli_id text NOT NULL REFERENCES authenticator.users,
  name text NOT NULL,
  status text NOT NULL CHECK (status IN ('active', 'paused', 'revoked')),
  -- The version in force; 0: it has no mandate.
  mandate_version integer NOT NULL CHECK (mandate_version >= 0),
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  changed_at timestamptz NOT NULL
);
CREATE INDEX agents_by_owner ON authenticator.agents (onli_id, created_at);

CREATE TABLE authenticator.mandates (
  agent_id text NOT NULL REFERENCES authenticator.agents,
  version integer NOT NULL CHECK (version > 0),
  mandate jsonb NOT NULL,
  set_at timestamptz NOT NULL,
  set_by text NOT NULL,
  -- The key that confirmed it; null where it only narrowed the one before.
  confirmed_by text,
  PRIMARY KEY (agent_id, version)
);
CREATE FUNCTION authenticator.keep_mandate() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'a mandate does not change'; END $$;
CREATE TRIGGER mandates_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON authenticator.mandates
  FOR EACH STATEMENT EXECUTE FUNCTION authenticator.keep_mandate();

-- Kill switches: all agents of an owner (`owner:alice`), or all there are (`venue`).
CREATE TABLE authenticator.agent_stops (
  scope text PRIMARY KEY CHECK (scope = 'venue' OR starts_with(scope, 'owner:')),
  stopped_at timestamptz NOT NULL,
  stopped_by text NOT NULL,
  reason text NOT NULL
);

CREATE INDEX api_keys_by_agent ON authenticator.api_keys ((limits ->> 'agent')) WHERE limits ->> 'agent' IS NOT NULL;
