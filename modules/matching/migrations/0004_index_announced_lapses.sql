-- The job that announces lapses says when it is next due: announced listings must be found without reading all that are for sale.
-- Older code runs on the result.
CREATE INDEX listings_announced ON matching.listings (lapse_announced_at)
  WHERE lapse_announced_at IS NOT NULL AND status IN ('open', 'closing') AND units_available > 0;
