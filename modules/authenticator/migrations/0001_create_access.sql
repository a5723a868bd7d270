-- Why: who may speak to the marketplace: users, their keys, the nonces they used, the wallets they proved.
-- Older code survives this: yes, nothing existed before.
CREATE SCHEMA authenticator;

CREATE TABLE authenticator.users (
  onli_id text PRIMARY KEY,
  marketplace_user_id uuid NOT NULL UNIQUE,
  -- Null for the operator alone, who owns nothing.
  vault_id text UNIQUE CHECK (vault_id IS NOT NULL OR onli_id = 'operator'),
  status text NOT NULL CHECK (status IN ('active', 'suspended', 'frozen')),
  profile_tray jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  -- When Onli Cloud last said that the vault is there.
  last_sync timestamptz
);

CREATE TABLE authenticator.status_changes (
  change_id uuid PRIMARY KEY,
  onli_id text NOT NULL REFERENCES authenticator.users,
  status text NOT NULL,
  reason text NOT NULL,
  changed_by text NOT NULL,
  changed_at timestamptz NOT NULL
);
CREATE INDEX status_changes_by_user ON authenticator.status_changes (onli_id, changed_at);

CREATE TABLE authenticator.api_keys (
  key_id text PRIMARY KEY,
  onli_id text NOT NULL REFERENCES authenticator.users,
  alg text NOT NULL CHECK (alg IN ('hmac', 'ed25519')),
  -- AES-256-GCM, bound to the key id.
  secret_sealed text,
  -- 32 raw bytes as base64url. The private half never comes here.
  public_key text,
  scopes jsonb NOT NULL,
  limits jsonb,
  limits_version integer NOT NULL,
  schemes jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  rotated_to text REFERENCES authenticator.api_keys,
  CHECK ((alg = 'hmac') = (secret_sealed IS NOT NULL)),
  CHECK ((alg = 'ed25519') = (public_key IS NOT NULL))
);
CREATE INDEX api_keys_by_user ON authenticator.api_keys (onli_id, created_at);

CREATE TABLE authenticator.nonces (
  owner text NOT NULL,
  nonce text NOT NULL,
  event_id text,
  -- Of method, path, query and body: the exact resend of an event is told from any other reuse by it.
  request_hash text NOT NULL,
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (owner, nonce)
);
CREATE INDEX nonces_by_age ON authenticator.nonces (seen_at);

CREATE TABLE authenticator.wallets (
  wallet_id uuid PRIMARY KEY,
  -- One EVM address is one wallet on every EVM chain.
  family text NOT NULL CHECK (family IN ('EVM', 'TRON')),
  address text NOT NULL,
  onli_id text NOT NULL REFERENCES authenticator.users,
  proven_at timestamptz NOT NULL,
  released_at timestamptz
);
CREATE UNIQUE INDEX wallets_active_owner ON authenticator.wallets (family, address) WHERE released_at IS NULL;
CREATE INDEX wallets_by_user ON authenticator.wallets (onli_id);

CREATE TABLE authenticator.wallet_challenges (
  challenge_id uuid PRIMARY KEY,
  onli_id text NOT NULL REFERENCES authenticator.users,
  family text NOT NULL,
  address text NOT NULL,
  text text NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX wallet_challenges_by_age ON authenticator.wallet_challenges (expires_at);
