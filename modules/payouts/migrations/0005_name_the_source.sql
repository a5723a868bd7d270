-- Why: the marketplace's own money (treasury, fees, liquidity pool) leaves by the road of all payouts.
-- Older code survives this: yes, until there is such a payout. It would take its money from an account of a user of this name, which
-- has none: it sends nothing.
ALTER TABLE payouts.payouts ADD COLUMN source text CHECK (source IN ('treasury', 'fees', 'liquidity_pool'));
COMMENT ON COLUMN payouts.payouts.source IS 'The account that it is taken from; null: its owner''s payable account and credit.';
