-- Why: a payment that vanished is told of until it is reversed, however many vanished with it and however long that takes.
-- Older code survives this: yes, it tells of the newest for a day and does not look at it.
ALTER TABLE validator.claims ADD COLUMN reversed_at timestamptz;
CREATE INDEX claims_unreversed ON validator.claims (vanished_at) WHERE vanished_at IS NOT NULL AND reversed_at IS NULL;
