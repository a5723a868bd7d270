-- Why: statements of a month read what was posted since it began. Transfers are stored in the order of time, so ranges of pages suffice.
-- Older code survives this: yes.
CREATE INDEX transfers_by_time ON cashier.transfers USING brin (posted_at);
