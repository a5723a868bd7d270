-- Why: a person comes in by a link that works once, and makes their first passkey with it.
-- Older code survives this: yes. It redeems no link.
CREATE TABLE authenticator.invitations (
  invitation_id text PRIMARY KEY,
  -- SHA-256 of the token, in base64url. The token itself is nowhere.
  token_hash text NOT NULL UNIQUE,
  onli_id text NOT NULL,
  -- Of an operator: the person, who may not be there yet; then with name and role.
  operator_id text,
  name text,
  role text CHECK (role IN ('viewer', 'operator', 'treasurer', 'admin')),
  -- Whether it makes someone who was not there when it was made. Such a link opens no account that came to be otherwise.
  is_new boolean NOT NULL,
  -- Whether one person made it because there was no second one. It is good while that is so.
  is_second boolean NOT NULL,
  made_by text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  redeemed_at timestamptz,
  revoked_at timestamptz,
  revoked_by text,
  CHECK ((onli_id = 'operator') = (operator_id IS NOT NULL)),
  CHECK (redeemed_at IS NULL OR revoked_at IS NULL)
);
CREATE INDEX invitations_by_age ON authenticator.invitations (created_at DESC);
CREATE INDEX invitations_open ON authenticator.invitations (expires_at) WHERE redeemed_at IS NULL AND revoked_at IS NULL;
