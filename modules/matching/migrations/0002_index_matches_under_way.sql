-- Why: what is matched and not heard of since is looked for every few seconds; without this the search reads all that ever was.
-- Older code survives this: yes, it only gets faster.
CREATE INDEX matches_under_way ON matching.matches (decided_at) WHERE outcome = 'matched';
