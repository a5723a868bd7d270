-- The sweeper says when it is next due: the first review to look at again must be found without reading all unfinished events.
-- Older code runs on the result.
CREATE INDEX event_keys_in_review ON marketplace_api.event_keys (next_sweep_at) WHERE ended_state IS NULL AND in_review;
