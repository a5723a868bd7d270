-- Why: a clock that is set forward must not take from an owner the time in which they can object. So a request also waits until so much
-- time has passed by the clock that never runs ahead (runtime.retention_clock). Null: it waits for `takes_effect_at` alone.
-- Older code survives this: yes, it ignores the column, and its requests wait for `takes_effect_at` alone.
ALTER TABLE authenticator.wallet_transfers ADD COLUMN not_before timestamptz;
