-- Why: users' servers are told what became of their events. What is to be told is stored in the transaction that learns of it, once for
-- each endpoint; workers send it, and store each attempt.
-- Older code survives this: yes, nothing existed before.
CREATE SCHEMA webhooks;

CREATE TABLE webhooks.endpoints (
  endpoint_id text PRIMARY KEY,
  owner text NOT NULL,
  url text NOT NULL,
  types text[] NOT NULL,
  description text NOT NULL,
  status text NOT NULL CHECK (status IN ('active', 'disabled', 'deleted')),
  -- By whom or why it is disabled: the owner, an answer 410, or three days of failure.
  disabled_for text CHECK (disabled_for IN ('owner', 'gone', 'failing')),
  disabled_at timestamptz,
  made_by text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  -- Its turns. A turn is leased to one process; after a turn without success the endpoint rests.
  leased_until timestamptz,
  lease text,
  last_turn_at timestamptz,
  rest_until timestamptz,
  failures integer NOT NULL DEFAULT 0,
  failing_since timestamptz
);
CREATE INDEX endpoints_owner ON webhooks.endpoints (owner);
CREATE INDEX endpoints_deleted ON webhooks.endpoints (endpoint_id) WHERE status = 'deleted';

-- The newest signs, and those before it until they end.
CREATE TABLE webhooks.secrets (
  endpoint_id text NOT NULL REFERENCES webhooks.endpoints ON DELETE CASCADE,
  secret_id text NOT NULL,
  sealed text NOT NULL,
  created_at timestamptz NOT NULL,
  ends_at timestamptz,
  PRIMARY KEY (endpoint_id, secret_id)
);

CREATE TABLE webhooks.messages (
  message_id text PRIMARY KEY,
  owner text NOT NULL,
  type text NOT NULL,
  key text NOT NULL,
  once text NOT NULL,
  -- The bytes that are signed and sent at every attempt.
  body text NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (owner, key, once)
);
CREATE INDEX messages_age ON webhooks.messages (created_at);

CREATE TABLE webhooks.deliveries (
  message_id text NOT NULL REFERENCES webhooks.messages,
  endpoint_id text NOT NULL REFERENCES webhooks.endpoints,
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  owner text NOT NULL,
  key text NOT NULL,
  -- `dropped`: the owner's queue was full. `given_up`: too many attempts, or the endpoint was disabled.
  status text NOT NULL CHECK (status IN ('pending', 'delivered', 'given_up', 'dropped')),
  -- Attempts of this run; a resend begins another run.
  tries integer NOT NULL DEFAULT 0,
  attempts integer NOT NULL DEFAULT 0,
  next_at timestamptz,
  ended_at timestamptz,
  PRIMARY KEY (message_id, endpoint_id)
);
CREATE INDEX deliveries_due ON webhooks.deliveries (endpoint_id, next_at) WHERE status = 'pending';
CREATE INDEX deliveries_next ON webhooks.deliveries (next_at) WHERE status = 'pending';
CREATE INDEX deliveries_order ON webhooks.deliveries (endpoint_id, key, seq) WHERE status = 'pending';
CREATE INDEX deliveries_queue ON webhooks.deliveries (owner) WHERE status = 'pending';
CREATE INDEX deliveries_log ON webhooks.deliveries (endpoint_id, seq);

CREATE TABLE webhooks.attempts (
  message_id text NOT NULL,
  endpoint_id text NOT NULL,
  number integer NOT NULL,
  at timestamptz NOT NULL,
  took_ms integer NOT NULL,
  status_code integer,
  failure text,
  answer text NOT NULL,
  PRIMARY KEY (message_id, endpoint_id, number),
  FOREIGN KEY (message_id, endpoint_id) REFERENCES webhooks.deliveries ON DELETE CASCADE
);

-- Up to when the ends of events are known to have been announced.
CREATE TABLE webhooks.progress (
  name text PRIMARY KEY,
  at timestamptz NOT NULL
);
