-- Why: new events are refused while too many are on their way. One that somebody waits for (confirmations, consent, a partner) is
-- not on its way until then. The index holds what is counted first and what waits after it, so that waits cost the count nothing.
-- Older code survives this: yes, it leaves the column alone; what began to wait before this counts as on its way until it ends.
ALTER TABLE marketplace_api.event_keys ADD COLUMN waits_until timestamptz NOT NULL DEFAULT '-infinity';
CREATE INDEX event_keys_under_way ON marketplace_api.event_keys (waits_until) WHERE ended_state IS NULL AND NOT in_review;
