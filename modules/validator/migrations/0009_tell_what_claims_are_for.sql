-- Why: one table says what every transfer was claimed for, in both directions: an event, a quote, an operator's assignment, a payout,
-- or money that nothing explains and that a later claim takes over from `suspense:<chain>`.
-- Older code survives this: yes. Rows that credit no user are stored as credited and without a re-check, so it never tells of them;
-- while it runs it refuses an event that cites money in suspense as already claimed.
ALTER TABLE validator.claims
  ADD COLUMN holder text NOT NULL DEFAULT 'event'
    CHECK (holder IN ('event', 'quote', 'assignment', 'payout', 'suspense', 'refund', 'kept')),
  ADD COLUMN held_for text,
  ADD COLUMN booked_from text CHECK (booked_from IN ('suspense')),
  ALTER COLUMN event_key DROP NOT NULL,
  ALTER COLUMN payer DROP NOT NULL,
  ADD CONSTRAINT claims_credited_to CHECK ((payer IS NOT NULL AND event_key IS NOT NULL) = (holder IN ('event', 'quote', 'assignment')));
