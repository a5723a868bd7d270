-- Why: a count of attempts whose message was worked on after all is of no use to anybody; its age tells it from one that grows.
-- Older code survives this: yes, it leaves the column empty, and an empty one is never cleared away.
ALTER TABLE runtime.dead_letters ADD COLUMN counted_at timestamptz;
