-- Why: payments that are watched after their event was refused are counted at the door, of one owner and of all.
-- Older code survives this: yes, it does not look at it.
CREATE INDEX verdicts_watched ON validator.verdicts (owner) WHERE outcome = 'refused' AND due_at IS NOT NULL;
