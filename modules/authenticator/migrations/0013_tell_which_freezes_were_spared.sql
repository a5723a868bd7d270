-- Why: where more users would be frozen in a day than are configured, payouts are halted instead. Whom it spared is kept.
-- Older code survives this: yes, what it stores was frozen.
ALTER TABLE authenticator.freezes ADD COLUMN spared boolean NOT NULL DEFAULT false;
CREATE INDEX freezes_by_time ON authenticator.freezes (frozen_at);
