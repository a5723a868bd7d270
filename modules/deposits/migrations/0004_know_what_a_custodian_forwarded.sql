-- Why: what a custodian forwarded to us moves from suspense to the custodian's account, and is taken back from there.
-- Older code survives this: yes, while no such decision is made. What it reads of a row it takes as text; it would take back from suspense.
ALTER TABLE deposits.transfers DROP CONSTRAINT transfers_explained_check;
ALTER TABLE deposits.transfers ADD CONSTRAINT transfers_explained_check
  CHECK (explained IN ('claimed', 'suspense', 'assigned', 'kept', 'internal', 'forwarded')) NOT VALID;
