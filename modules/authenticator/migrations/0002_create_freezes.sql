-- Why: a user whose payment vanished from its chain is frozen once; a repeated message must not undo an operator's unfreeze.
-- Older code survives this: yes, it does not look at it.
CREATE TABLE authenticator.freezes (
  payment text PRIMARY KEY,
  onli_id text NOT NULL,
  frozen_at timestamptz NOT NULL
);
