-- Why: a reversal is told of for minutes after it was first heard, however long ago the payment vanished: a process may have been down.
-- Older code survives this: yes, it ends the telling as it did.
ALTER TABLE validator.claims ADD COLUMN reversal_heard_at timestamptz;
