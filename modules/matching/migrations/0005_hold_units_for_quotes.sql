-- Why: a quote reserves units before there is an event. All unpaid quotes together, and on each listing, hold at most a share.
-- Older code survives this: yes. Units that are held are reserved as for an event; it ignores the new columns and table. It cannot match
-- an event that cites a quote, and does not accept one.
ALTER TABLE matching.listings ADD COLUMN units_quoted bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN matching.listings.units_quoted IS 'The part of units_reserved that quotes hold.';
CREATE INDEX listings_quoted ON matching.listings (listing_id) WHERE units_quoted > 0;
ALTER TABLE matching.books ADD COLUMN units_quoted bigint NOT NULL DEFAULT 0;

CREATE TABLE matching.unit_holds (
  quote_key uuid PRIMARY KEY,
  owner text NOT NULL,
  status text NOT NULL CHECK (status IN ('quoted', 'taken', 'released')),
  match jsonb NOT NULL,
  -- Units of listings; 0 where they come from the treasury.
  units bigint NOT NULL CHECK (units >= 0),
  -- The event that alone may take it.
  event_key uuid,
  held_at timestamptz NOT NULL
);
CREATE INDEX unit_holds_quoted_by_owner ON matching.unit_holds (owner) WHERE status = 'quoted';
CREATE INDEX unit_holds_bound ON matching.unit_holds (event_key) WHERE status = 'quoted' AND event_key IS NOT NULL;
