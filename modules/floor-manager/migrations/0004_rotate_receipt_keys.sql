-- A key is published before it signs, and distrusted where its private half may be known to others.
ALTER TABLE floor_manager.signing_keys
  ADD COLUMN active_from timestamptz,
  ADD COLUMN made_by text,
  ADD COLUMN distrusted_at timestamptz,
  ADD COLUMN distrusted_by text;
