-- Why: what comes in at an address of a custodian is money that it holds for us. Claims of it are booked from the custodian's account.
-- Older code survives this: yes, no such address exists until newer code keeps one. A claim that it makes of money there says nothing of a
-- custodian: until every process is new, no payment through one should be made.
CREATE TABLE validator.custody_addresses (
  chain text NOT NULL,
  address text NOT NULL,
  custodian text NOT NULL CHECK (custodian IN ('nowpayments')),
  PRIMARY KEY (chain, address)
);
ALTER TABLE validator.claims ADD COLUMN custody text CHECK (custody IN ('nowpayments'));
