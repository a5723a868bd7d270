-- Why: the open challenges of one user are counted, and beyond a bound the oldest is dropped. What one user has proven in a day is
-- counted, too.
-- Older code survives this: yes. It adds challenges without the bound.
CREATE INDEX wallet_challenges_of_user ON authenticator.wallet_challenges (onli_id, expires_at);
DROP INDEX authenticator.wallets_by_user;
CREATE INDEX wallets_by_user ON authenticator.wallets (onli_id, proven_at);
CREATE INDEX wallet_transfers_to_user ON authenticator.wallet_transfers (to_onli_id, requested_at);
