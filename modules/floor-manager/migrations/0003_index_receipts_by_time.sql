-- After each start the webhooks read the receipts that were written since the last note: without this, the whole table for each page.
-- Older code runs on the result.
CREATE INDEX receipts_by_time ON floor_manager.receipts (issued_at, receipt_id);
