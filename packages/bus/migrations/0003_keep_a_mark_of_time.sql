-- Why: what is old enough to be deleted must not be judged by a clock that may have been set forward: time is measured from this mark.
-- Older code survives this: yes, it neither reads nor writes the table.
CREATE TABLE runtime.retention_clock (
  id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  at timestamptz NOT NULL
);
