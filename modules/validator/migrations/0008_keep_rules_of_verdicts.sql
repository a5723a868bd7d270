-- Why: a verdict says which versions of the configuration it rests on; and a payment to a compromised address waits for an operator.
-- Older code survives this: yes, it leaves both empty, and asks again for what an operator has approved.
ALTER TABLE validator.verdicts ADD COLUMN versions jsonb;
ALTER TABLE validator.verdicts ADD COLUMN approved boolean NOT NULL DEFAULT false;
