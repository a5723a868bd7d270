-- Why: a wallet may sign its owner in, where the owner has said so.
-- Older code survives this: yes. It signs no one in by a wallet, and a wallet that it transfers is a new row, which signs no one in.
ALTER TABLE authenticator.wallets ADD COLUMN sign_in_at timestamptz;
ALTER TABLE authenticator.passkey_challenges DROP CONSTRAINT passkey_challenges_purpose_check;
ALTER TABLE authenticator.passkey_challenges ADD CONSTRAINT passkey_challenges_purpose_check
  CHECK (purpose IN ('register', 'sign-in', 'invitation', 'wallet'));
