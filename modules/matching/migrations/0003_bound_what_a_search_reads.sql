-- Why: a purchase that passes over small listings, or over those of suspended sellers, must not read them one by one; the unfinished
-- purchases of a buyer and the unfinished listings of a seller are bounded, so both are found by user.
-- Older code survives this: yes. It writes neither `withheld` nor the new columns of matches: it asks for the sellers' standing itself,
-- and its purchases under way are not counted against what their buyers can spend. It still needs listings_by_price.
ALTER TABLE matching.listings ADD COLUMN withheld boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN matching.listings.withheld IS 'Its seller was last seen suspended, so purchases at the best price pass it over.';

CREATE INDEX listings_for_sale ON matching.listings (book, unit_price_micro, created_at, listing_id)
  WHERE status = 'open' AND units_available > 0 AND NOT withheld;
-- Sizes in eighths of an octave: 1 to 15 are their own classes, above it is the four leading binary digits that count. The same
-- function is in the module's domain; a search for larger listings reads the classes above the one it has, and no row below.
CREATE FUNCTION matching.size_class(units bigint) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
  $$ SELECT CASE WHEN units < 16 THEN units::integer
    ELSE (length(ltrim(units::bit(64)::text, '0')) - 4) * 8 + (units >> (length(ltrim(units::bit(64)::text, '0')) - 4))::integer END $$;
CREATE INDEX listings_by_size ON matching.listings (book, matching.size_class(units_available), unit_price_micro, created_at, listing_id)
  WHERE status = 'open' AND units_available > 0 AND NOT withheld;
CREATE INDEX listings_by_seller ON matching.listings (seller) WHERE status IN ('pending', 'open', 'closing');
CREATE INDEX listings_withheld ON matching.listings (seller) WHERE withheld AND status = 'open';

-- Of a purchase from credit: who pays, and how much with the fee.
ALTER TABLE matching.matches ADD COLUMN buyer text, ADD COLUMN due_micro bigint;
CREATE INDEX matches_by_buyer ON matching.matches (buyer) WHERE outcome = 'matched' AND due_micro IS NOT NULL;
