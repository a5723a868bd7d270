-- Why: what an operator may do depends on their role, and one who is suspended can do nothing at once, whatever keys they have.
-- Operators of before could do everything, and stay admins.
-- Older code survives this: yes, and heeds neither roles nor suspensions: finish the deployment before you rely on them.
ALTER TABLE authenticator.operators
  ADD COLUMN role text NOT NULL DEFAULT 'admin' CHECK (role IN ('viewer', 'operator', 'treasurer', 'admin')),
  ADD COLUMN suspended_at timestamptz;
-- A process may keep whom it knows while nothing has changed: a role and a suspension are changes.
CREATE CONSTRAINT TRIGGER operators_changed AFTER UPDATE OR DELETE ON authenticator.operators
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION authenticator.count_access_change();
