-- Why: a quote can also be paid through a custodian, at an address that the custodian has for this payment alone.
-- Older code survives this: yes, it does not look at the table, and ends such a quote by the list of the quote's own address. A payment
-- through the custodian that it has not seen by then is the owner's credit. No such payment should be made until every process is new.
CREATE TABLE quotes.custody_payments (
  custodian text NOT NULL CHECK (custodian IN ('nowpayments')),
  payment_id text NOT NULL,
  quote_key uuid NOT NULL UNIQUE REFERENCES quotes.quotes,
  chain text NOT NULL,
  address text NOT NULL,
  amount_micro bigint NOT NULL,
  -- What the custodian says; it is shown and decides nothing.
  status text NOT NULL,
  created_at timestamptz NOT NULL,
  -- Until then the address is this payment's.
  valid_until timestamptz NOT NULL,
  -- When the address is looked at next.
  due_at timestamptz,
  PRIMARY KEY (custodian, payment_id),
  -- One address is for one payment, ever.
  UNIQUE (chain, address)
);
CREATE INDEX custody_payments_due ON quotes.custody_payments (due_at) WHERE due_at IS NOT NULL;
