-- Why: a process may keep whom it knows for as long as nothing has changed, and one number that is asked for once a second says so.
-- It is counted by triggers, so that no statement can forget it, and at the commit, so that nobody holds it while he waits.
-- Older code survives this: yes, the triggers count for it as well.
CREATE TABLE authenticator.access_version (
  only_row boolean PRIMARY KEY CHECK (only_row),
  version bigint NOT NULL
);
INSERT INTO authenticator.access_version (only_row, version) VALUES (true, 0);

CREATE FUNCTION authenticator.count_access_change() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN UPDATE authenticator.access_version SET version = version + 1; RETURN NULL; END $$;

CREATE CONSTRAINT TRIGGER api_keys_changed AFTER UPDATE OR DELETE ON authenticator.api_keys
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION authenticator.count_access_change();
CREATE CONSTRAINT TRIGGER users_changed AFTER UPDATE OR DELETE ON authenticator.users
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION authenticator.count_access_change();
