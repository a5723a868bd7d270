-- Why: operators are people with names, and a person is not a key: a person's key can be rotated, and what was done is told of the
-- person. Roles come with the money that goes out.
-- Older code survives this: yes. An operator's key that it adds meanwhile names nobody, and is the set-up's.
CREATE TABLE authenticator.operators (
  operator_id text PRIMARY KEY CHECK (operator_id ~ '^[a-z0-9][a-z0-9_-]{1,31}$'),
  name text NOT NULL,
  -- The operator and key that added this one; the program itself at the set-up.
  created_by text NOT NULL,
  created_at timestamptz NOT NULL
);
-- A new database has no operator yet: the first start adds it.
INSERT INTO authenticator.operators (operator_id, name, created_by, created_at)
  SELECT 'setup', 'Operator of the set-up', 'species', created_at FROM authenticator.users WHERE onli_id = 'operator';

ALTER TABLE authenticator.api_keys
  -- Whose it is, of a key of the operator's; null of all others.
  ADD COLUMN operator_id text REFERENCES authenticator.operators CHECK (operator_id IS NULL OR onli_id = 'operator'),
  -- Who made it and who revoked it: a user's key, an operator and their key, or the program. Unknown of older keys.
  ADD COLUMN made_by text,
  ADD COLUMN revoked_by text;
UPDATE authenticator.api_keys SET operator_id = 'setup' WHERE onli_id = 'operator';
