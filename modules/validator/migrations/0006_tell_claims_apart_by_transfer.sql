-- Why: a claim that vanished is looked for by what its transfer says as well as by its log index, once for each claim that is made:
-- of a transaction with thousands of transfers that must not read all of its claims each time.
-- Older code survives this: yes, it does not look at it.
CREATE INDEX claims_vanished ON validator.claims (chain, tx_hash, from_address, to_address, raw_value, nth) WHERE vanished_at IS NOT NULL;
