-- Why: everyone may read the last trades and the prices of the last days; what was bought is told from what was redeemed by the row
-- itself, and the newest are found without reading all that ever was.
-- Older code survives this: yes. It leaves the column empty, so what it matches is missing from the list of trades.
ALTER TABLE matching.matches ADD COLUMN is_purchase boolean;
CREATE INDEX matches_traded ON matching.matches (ended_at DESC) WHERE outcome = 'consumed' AND is_purchase;
