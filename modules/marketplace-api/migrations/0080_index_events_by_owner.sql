-- Why: an owner lists their events, newest first. Event keys are in the order of time.
-- Older code survives this: yes, it only adds an index.
CREATE INDEX event_keys_by_owner ON marketplace_api.event_keys (owner, event_key);
