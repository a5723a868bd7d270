-- Why: one user's unfinished redemptions may hold only a part of the liquidity pool, so what each holds is found by user.
-- Older code survives this: yes, it leaves the columns empty, and what it holds for a redemption is not counted.
ALTER TABLE cashier.fundings ADD COLUMN pool_holder text, ADD COLUMN pool_micro bigint;
CREATE INDEX fundings_holding_pool ON cashier.fundings (pool_holder) WHERE outcome = 'funded' AND pool_holder IS NOT NULL;
