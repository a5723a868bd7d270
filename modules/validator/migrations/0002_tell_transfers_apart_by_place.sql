-- Why: mined again after a reorganisation a transfer has another log index; its place among those alike of its transaction stays.
-- Older code survives this: yes; of transfers alike in one transaction it claims the first, and leaves the others to newer code.
ALTER TABLE validator.claims ADD COLUMN nth integer NOT NULL DEFAULT 0 CHECK (nth >= 0);
UPDATE validator.claims c SET nth = r.nth FROM (
  SELECT chain, tx_hash, log_index, row_number() OVER (
    PARTITION BY chain, tx_hash, from_address, to_address, raw_value, vanished_at IS NULL ORDER BY log_index) - 1 AS nth
  FROM validator.claims) r
WHERE c.chain = r.chain AND c.tx_hash = r.tx_hash AND c.log_index = r.log_index AND r.nth > 0;
CREATE UNIQUE INDEX claims_standing ON validator.claims (chain, tx_hash, from_address, to_address, raw_value, nth)
  WHERE vanished_at IS NULL;
