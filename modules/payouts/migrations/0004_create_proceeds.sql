-- Why: proceeds of an event that names an address of its seller's address book are paid out there by themselves, once they are mature.
-- Older code survives this: yes, it accepts no such event.
CREATE TABLE payouts.proceeds (
  owner text NOT NULL,
  event_id text NOT NULL,
  chain text NOT NULL,
  address text NOT NULL,
  -- The key that sent the event, and what allowed it to name the address.
  key_id text NOT NULL,
  confirmed_by text NOT NULL,
  created_at timestamptz NOT NULL,
  -- What came in, what of it is in payouts, and what stays payable for a reason. The rest waits.
  earned_micro bigint NOT NULL DEFAULT 0,
  asked_micro bigint NOT NULL DEFAULT 0 CHECK (asked_micro >= 0),
  kept_micro bigint NOT NULL DEFAULT 0 CHECK (kept_micro >= 0),
  kept_reason text,
  PRIMARY KEY (owner, event_id, chain, address),
  CHECK (earned_micro >= asked_micro + kept_micro)
);
CREATE INDEX proceeds_waiting ON payouts.proceeds (owner) WHERE earned_micro > asked_micro + kept_micro;
CREATE INDEX proceeds_of_owner ON payouts.proceeds (owner, created_at);

-- Up to which entry of `payable:<owner>` the ledger was read, and when it is read again.
CREATE TABLE payouts.proceeds_owners (
  owner text PRIMARY KEY,
  seq bigint NOT NULL,
  due_at timestamptz NOT NULL,
  -- When something was last found, or asked for.
  active_at timestamptz NOT NULL,
  -- How many payouts were made so.
  payouts bigint NOT NULL DEFAULT 0
);
CREATE INDEX proceeds_owners_due ON payouts.proceeds_owners (due_at);
