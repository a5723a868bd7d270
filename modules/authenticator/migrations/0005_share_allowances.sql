-- Why: a key that was rotated goes on with its predecessor's allowance; counted by key, it would have it twice in one day.
-- Older code survives this: yes. A key that it rotates meanwhile has no mark, and is counted by itself as before.
ALTER TABLE authenticator.api_keys ADD COLUMN allowance_id text;

WITH RECURSIVE successors AS (
  SELECT key_id AS allowance_id, rotated_to AS key_id FROM authenticator.api_keys first
  WHERE rotated_to IS NOT NULL AND NOT EXISTS (SELECT 1 FROM authenticator.api_keys before WHERE before.rotated_to = first.key_id)
  UNION ALL
  SELECT s.allowance_id, k.rotated_to FROM successors s JOIN authenticator.api_keys k USING (key_id) WHERE k.rotated_to IS NOT NULL
)
UPDATE authenticator.api_keys k SET allowance_id = s.allowance_id FROM successors s WHERE k.key_id = s.key_id;
