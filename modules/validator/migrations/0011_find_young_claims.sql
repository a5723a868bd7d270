-- Why: before money is paid out, the claims of a payer that may still vanish are counted: those with a re-check to come, and the youngest.
-- Older code survives this: yes, it does not look at it.
CREATE INDEX claims_watched_of_payer ON validator.claims (payer) WHERE recheck_at IS NOT NULL;
CREATE INDEX claims_of_payer ON validator.claims (payer, claimed_at) WHERE payer IS NOT NULL;
