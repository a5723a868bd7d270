-- Why: listings and what is reserved of them. Free and reserved units can never pass what was listed: the database says so.
-- Older code survives this: yes, nothing existed before.
CREATE SCHEMA matching;

-- Decisions that touch a book's listings are made one after the other: they lock its row. One asset, one book today; the
-- name is the key by which the work is divided when there are more.
CREATE TABLE matching.books (book text PRIMARY KEY);
INSERT INTO matching.books VALUES ('SPECIES');

CREATE TABLE matching.listings (
  listing_id text PRIMARY KEY,
  book text NOT NULL REFERENCES matching.books,
  event_key uuid NOT NULL UNIQUE,
  seller text NOT NULL,
  unit_price_micro bigint NOT NULL CHECK (unit_price_micro > 0),
  units_total bigint NOT NULL CHECK (units_total > 0),
  units_available bigint NOT NULL CHECK (units_available >= 0),
  units_reserved bigint NOT NULL CHECK (units_reserved >= 0),
  status text NOT NULL CHECK (status IN ('pending', 'open', 'closing', 'closed')),
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  -- Which lapse of this listing is next, and when it was last announced.
  lapse integer NOT NULL,
  lapse_announced_at timestamptz,
  CHECK (units_available + units_reserved <= units_total)
);
CREATE INDEX listings_by_price ON matching.listings (book, unit_price_micro, created_at, listing_id) WHERE status = 'open' AND units_available > 0;
CREATE INDEX listings_by_expiry ON matching.listings (expires_at) WHERE status = 'open' AND units_available > 0;
CREATE INDEX listings_closing ON matching.listings (expires_at) WHERE status = 'closing' AND units_available > 0;

-- One row an event: inbox and outcome.
CREATE TABLE matching.matches (
  event_key uuid PRIMARY KEY,
  outcome text NOT NULL CHECK (outcome IN ('matched', 'refused', 'consumed', 'returned')),
  match jsonb,
  -- Of a refusal or a return: the message as it was answered.
  dossier jsonb,
  decided_at timestamptz NOT NULL,
  ended_at timestamptz
);

CREATE TABLE matching.reservations (
  event_key uuid NOT NULL,
  listing_id text NOT NULL REFERENCES matching.listings,
  units bigint NOT NULL CHECK (units > 0),
  status text NOT NULL CHECK (status IN ('reserved', 'consumed', 'returned')),
  PRIMARY KEY (event_key, listing_id)
);
CREATE INDEX reservations_by_listing ON matching.reservations (listing_id) WHERE status = 'reserved';
