-- Why: people sign in and confirm with passkeys; a browser that signed in has a key of its own, which ends with its passkey.
-- Older code survives this: yes. It knows no passkey, and makes keys that no passkey enrolled.
CREATE TABLE authenticator.passkeys (
  passkey_id text PRIMARY KEY,
  -- As the authenticator named it, in base64url.
  credential_id text NOT NULL UNIQUE,
  onli_id text NOT NULL REFERENCES authenticator.users,
  -- Of an operator's passkey: the person.
  operator_id text REFERENCES authenticator.operators,
  -- What the authenticator keeps for the person: random, and no name.
  user_handle text NOT NULL,
  -- COSE, in base64url.
  public_key text NOT NULL,
  counter bigint NOT NULL,
  transports jsonb NOT NULL,
  name text NOT NULL,
  -- Whether it is kept on more than one device of its owner.
  synced boolean NOT NULL,
  made_by text NOT NULL,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz,
  removed_at timestamptz,
  removed_by text,
  CHECK ((onli_id = 'operator') = (operator_id IS NOT NULL)),
  CHECK ((removed_at IS NULL) = (removed_by IS NULL))
);
CREATE INDEX passkeys_of_person ON authenticator.passkeys (onli_id, operator_id, created_at);

CREATE TABLE authenticator.passkey_challenges (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  challenge text NOT NULL UNIQUE,
  purpose text NOT NULL CHECK (purpose IN ('register', 'sign-in', 'invitation')),
  -- Whose part of the bound it counts for: a person, or a network that asks before anyone is signed in.
  share text NOT NULL,
  -- Of a registration: for whom, and under which handle.
  onli_id text,
  operator_id text,
  user_handle text,
  -- Of a sign-in: the browser's public key, which alone is enrolled by the answer.
  public_key text,
  expires_at timestamptz NOT NULL
);
CREATE INDEX passkey_challenges_by_share ON authenticator.passkey_challenges (share, seq);
CREATE INDEX passkey_challenges_by_age ON authenticator.passkey_challenges (expires_at);

-- Confirmations that were used: each does one thing.
CREATE TABLE authenticator.passkey_uses (
  challenge text PRIMARY KEY,
  passkey_id text NOT NULL REFERENCES authenticator.passkeys,
  used_at timestamptz NOT NULL
);
CREATE INDEX passkey_uses_by_age ON authenticator.passkey_uses (used_at);

-- The passkey that enrolled a browser's key.
ALTER TABLE authenticator.api_keys ADD COLUMN passkey_id text REFERENCES authenticator.passkeys;
CREATE INDEX api_keys_of_passkey ON authenticator.api_keys (passkey_id, created_at) WHERE passkey_id IS NOT NULL;
