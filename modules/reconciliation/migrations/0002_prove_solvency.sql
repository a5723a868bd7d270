-- Why: each day what users are owed is signed as the root of a tree of salted leaves, beside what our wallets hold. Each user can ask for
-- their own leaf and its path, so leaves and nodes of the last weeks are kept.
-- Older code survives this: yes, it does not look at it.
CREATE TABLE reconciliation.solvency (
  day date PRIMARY KEY,
  jws text NOT NULL
);

CREATE TABLE reconciliation.solvency_leaves (
  day date NOT NULL,
  -- A user, or money in suspense.
  name text NOT NULL,
  place integer NOT NULL,
  salt bytea NOT NULL,
  amount bigint NOT NULL CHECK (amount >= 0),
  PRIMARY KEY (day, name)
);

CREATE TABLE reconciliation.solvency_nodes (
  day date NOT NULL,
  -- 0: the leaves.
  level integer NOT NULL,
  place integer NOT NULL,
  digest bytea NOT NULL,
  sum bigint NOT NULL CHECK (sum >= 0),
  PRIMARY KEY (day, level, place)
);
