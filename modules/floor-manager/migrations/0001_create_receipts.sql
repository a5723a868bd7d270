-- Why: what the oracle said, what a person decided, and what the marketplace put its signature under.
-- Older code survives this: yes, nothing existed before.
CREATE SCHEMA floor_manager;

CREATE TABLE floor_manager.verifications (
  event_key uuid PRIMARY KEY,
  outcome text NOT NULL CHECK (outcome IN ('confirmed', 'waiting', 'review')),
  oracle jsonb,
  -- While the oracle is asked: the message with which the event goes on.
  dossier jsonb,
  trace text NOT NULL,
  reason text,
  due_at timestamptz,
  checks integer NOT NULL,
  until_at timestamptz,
  decided_at timestamptz NOT NULL
);
CREATE INDEX verifications_due ON floor_manager.verifications (due_at) WHERE outcome = 'waiting';

CREATE TABLE floor_manager.receipts (
  receipt_id text PRIMARY KEY,
  event_key uuid NOT NULL,
  revision integer NOT NULL,
  owner text NOT NULL,
  parties text[] NOT NULL,
  state text NOT NULL CHECK (state IN ('completed', 'failed', 'disputed')),
  jws text NOT NULL,
  issued_at timestamptz NOT NULL,
  UNIQUE (event_key, revision)
);

-- Payments that vanished from their chain, by the event they had paid for.
CREATE TABLE floor_manager.reversals (
  event_key uuid PRIMARY KEY,
  recorded_at timestamptz NOT NULL
);

CREATE TABLE floor_manager.reviews (
  event_key uuid PRIMARY KEY,
  raised_by text NOT NULL,
  reason text NOT NULL,
  facts jsonb NOT NULL,
  dossier jsonb NOT NULL,
  trace text NOT NULL,
  opened_at timestamptz NOT NULL,
  decision text CHECK (decision IN ('confirm', 'refuse')),
  decision_reason text,
  decided_by text,
  decided_at timestamptz
);
CREATE INDEX reviews_open ON floor_manager.reviews (opened_at) WHERE decision IS NULL;

CREATE TABLE floor_manager.signing_keys (
  kid text PRIMARY KEY,
  public_jwk jsonb NOT NULL,
  private_sealed text NOT NULL,
  sandbox boolean NOT NULL,
  created_at timestamptz NOT NULL
);
