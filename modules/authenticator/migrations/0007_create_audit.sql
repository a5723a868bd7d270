-- Why: whatever an operator does is written down before it happens, and how it ended after it, where nobody can change or delete it.
-- Some actions take two people: one proposes exactly what is to be done, another approves it, and it is done with the approval.
-- Older code survives this: yes. What operators do through it is not in the log, and it proposes nothing.
CREATE TABLE authenticator.audit (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Names the request: what was asked and how it ended carry the same.
  request_id text NOT NULL,
  phase text NOT NULL CHECK (phase IN ('asked', 'done', 'refused', 'failed')),
  at timestamptz NOT NULL,
  operator_id text NOT NULL,
  key_id text NOT NULL,
  action text NOT NULL,
  target text NOT NULL,
  reason text,
  -- Of what was asked: the body. Of what was done: before and after. Of a refusal: its code.
  facts jsonb NOT NULL,
  trace text NOT NULL
);
CREATE INDEX audit_of_operator ON authenticator.audit (operator_id, seq DESC);
CREATE INDEX audit_of_target ON authenticator.audit (target, seq DESC);

CREATE FUNCTION authenticator.keep_audit() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'authenticator.audit is append-only'; END $$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON authenticator.audit
  FOR EACH STATEMENT EXECUTE FUNCTION authenticator.keep_audit();

CREATE TABLE authenticator.proposals (
  seq bigint GENERATED ALWAYS AS IDENTITY,
  proposal_id uuid PRIMARY KEY,
  kind text NOT NULL,
  target text NOT NULL,
  -- What is to be done, whole: nothing else is ever done on its approval.
  body jsonb NOT NULL,
  -- Over kind, body and the version of the target that the proposer saw.
  action_hash text NOT NULL,
  in_words text NOT NULL,
  reason text NOT NULL,
  proposed_by text NOT NULL REFERENCES authenticator.operators,
  proposed_with text NOT NULL,
  proposed_at timestamptz NOT NULL,
  -- Earliest and latest time of an approval.
  not_before timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  status text NOT NULL CHECK (status IN ('open', 'executed', 'refused', 'withdrawn', 'void')),
  decided_by text REFERENCES authenticator.operators,
  decided_with text,
  decided_at timestamptz,
  decision_reason text,
  CHECK ((status = 'open') = (decided_at IS NULL)),
  CHECK (status <> 'executed' OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX proposals_open ON authenticator.proposals (action_hash) WHERE status = 'open';
CREATE UNIQUE INDEX proposals_by_seq ON authenticator.proposals (seq);

-- What was proposed never changes, and what was decided stays decided.
CREATE FUNCTION authenticator.keep_proposal() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'a proposal does not change'; END $$;
CREATE TRIGGER proposals_are_kept BEFORE UPDATE ON authenticator.proposals FOR EACH ROW
  WHEN (OLD.status <> 'open' OR (to_jsonb(NEW) - ARRAY['status', 'decided_by', 'decided_with', 'decided_at', 'decision_reason'])
    <> (to_jsonb(OLD) - ARRAY['status', 'decided_by', 'decided_with', 'decided_at', 'decision_reason']))
  EXECUTE FUNCTION authenticator.keep_proposal();
