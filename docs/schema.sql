-- Made by `npm run generate` from the migrations of all modules, for people to read and compare. It is never executed.

CREATE TABLE asset_manager.deliveries (
  event_key uuid NOT NULL,
  outcome text NOT NULL,
  request jsonb,
  operation_id text,
  dossier jsonb,
  trace text,
  reason text,
  due_at timestamp with time zone,
  checks integer NOT NULL,
  until_at timestamp with time zone,
  attempted_at timestamp with time zone,
  decided_at timestamp with time zone NOT NULL,
  CONSTRAINT deliveries_outcome_check CHECK ((outcome = ANY (ARRAY['attempted'::text, 'waiting'::text, 'delivered'::text, 'cancelled'::text, 'review'::text]))),
  CONSTRAINT deliveries_pkey PRIMARY KEY (event_key)
);
CREATE INDEX deliveries_due ON asset_manager.deliveries USING btree (due_at) WHERE (outcome = ANY (ARRAY['attempted'::text, 'waiting'::text]));

CREATE TABLE authenticator.access_version (
  only_row boolean NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT access_version_only_row_check CHECK (only_row),
  CONSTRAINT access_version_pkey PRIMARY KEY (only_row)
);

CREATE TABLE authenticator.agent_stops (
  scope text NOT NULL,
  stopped_at timestamp with time zone NOT NULL,
  stopped_by text NOT NULL,
  reason text NOT NULL,
  CONSTRAINT agent_stops_scope_check CHECK (((scope = 'venue'::text) OR starts_with(scope, 'owner:'::text))),
  CONSTRAINT agent_stops_pkey PRIMARY KEY (scope)
);

CREATE TABLE authenticator.agents (
  agent_id text NOT NULL,
  onli_id text NOT NULL,
  name text NOT NULL,
  status text NOT NULL,
  mandate_version integer NOT NULL,
  created_at timestamp with time zone NOT NULL,
  created_by text NOT NULL,
  changed_at timestamp with time zone NOT NULL,
  CONSTRAINT agents_mandate_version_check CHECK ((mandate_version >= 0)),
  CONSTRAINT agents_status_check CHECK ((status = ANY (ARRAY['active'::text, 'paused'::text, 'revoked'::text]))),
  CONSTRAINT agents_onli_id_fkey FOREIGN KEY (onli_id) REFERENCES authenticator.users(onli_id),
  CONSTRAINT agents_pkey PRIMARY KEY (agent_id)
);
CREATE INDEX agents_by_owner ON authenticator.agents USING btree (onli_id, created_at);

CREATE TABLE authenticator.api_keys (
  key_id text NOT NULL,
  onli_id text NOT NULL,
  alg text NOT NULL,
  secret_sealed text,
  public_key text,
  scopes jsonb NOT NULL,
  limits jsonb,
  limits_version integer NOT NULL,
  schemes jsonb NOT NULL,
  created_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  rotated_to text,
  allowance_id text,
  operator_id text,
  made_by text,
  revoked_by text,
  passkey_id text,
  CONSTRAINT api_keys_alg_check CHECK ((alg = ANY (ARRAY['hmac'::text, 'ed25519'::text]))),
  CONSTRAINT api_keys_check CHECK (((alg = 'hmac'::text) = (secret_sealed IS NOT NULL))),
  CONSTRAINT api_keys_check1 CHECK (((alg = 'ed25519'::text) = (public_key IS NOT NULL))),
  CONSTRAINT api_keys_check2 CHECK (((operator_id IS NULL) OR (onli_id = 'operator'::text))),
  CONSTRAINT api_keys_onli_id_fkey FOREIGN KEY (onli_id) REFERENCES authenticator.users(onli_id),
  CONSTRAINT api_keys_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES authenticator.operators(operator_id),
  CONSTRAINT api_keys_passkey_id_fkey FOREIGN KEY (passkey_id) REFERENCES authenticator.passkeys(passkey_id),
  CONSTRAINT api_keys_rotated_to_fkey FOREIGN KEY (rotated_to) REFERENCES authenticator.api_keys(key_id),
  CONSTRAINT api_keys_pkey PRIMARY KEY (key_id),
  CONSTRAINT api_keys_changed TRIGGER DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX api_keys_by_agent ON authenticator.api_keys USING btree (((limits ->> 'agent'::text))) WHERE ((limits ->> 'agent'::text) IS NOT NULL);
CREATE INDEX api_keys_by_user ON authenticator.api_keys USING btree (onli_id, created_at);
CREATE INDEX api_keys_of_passkey ON authenticator.api_keys USING btree (passkey_id, created_at) WHERE (passkey_id IS NOT NULL);

CREATE TABLE authenticator.audit (
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  request_id text NOT NULL,
  phase text NOT NULL,
  at timestamp with time zone NOT NULL,
  operator_id text NOT NULL,
  key_id text NOT NULL,
  action text NOT NULL,
  target text NOT NULL,
  reason text,
  facts jsonb NOT NULL,
  trace text NOT NULL,
  CONSTRAINT audit_phase_check CHECK ((phase = ANY (ARRAY['asked'::text, 'done'::text, 'refused'::text, 'failed'::text]))),
  CONSTRAINT audit_pkey PRIMARY KEY (seq)
);
CREATE INDEX audit_of_operator ON authenticator.audit USING btree (operator_id, seq DESC);
CREATE INDEX audit_of_target ON authenticator.audit USING btree (target, seq DESC);

CREATE TABLE authenticator.freezes (
  payment text NOT NULL,
  onli_id text NOT NULL,
  frozen_at timestamp with time zone NOT NULL,
  spared boolean NOT NULL DEFAULT false,
  CONSTRAINT freezes_pkey PRIMARY KEY (payment)
);
CREATE INDEX freezes_by_time ON authenticator.freezes USING btree (frozen_at);

CREATE TABLE authenticator.invitations (
  invitation_id text NOT NULL,
  token_hash text NOT NULL,
  onli_id text NOT NULL,
  operator_id text,
  name text,
  role text,
  is_new boolean NOT NULL,
  is_second boolean NOT NULL,
  made_by text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  redeemed_at timestamp with time zone,
  revoked_at timestamp with time zone,
  revoked_by text,
  CONSTRAINT invitations_check CHECK (((onli_id = 'operator'::text) = (operator_id IS NOT NULL))),
  CONSTRAINT invitations_check1 CHECK (((redeemed_at IS NULL) OR (revoked_at IS NULL))),
  CONSTRAINT invitations_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'operator'::text, 'treasurer'::text, 'admin'::text]))),
  CONSTRAINT invitations_pkey PRIMARY KEY (invitation_id),
  CONSTRAINT invitations_token_hash_key UNIQUE (token_hash)
);
CREATE INDEX invitations_by_age ON authenticator.invitations USING btree (created_at DESC);
CREATE INDEX invitations_open ON authenticator.invitations USING btree (expires_at) WHERE ((redeemed_at IS NULL) AND (revoked_at IS NULL));

CREATE TABLE authenticator.mandates (
  agent_id text NOT NULL,
  version integer NOT NULL,
  mandate jsonb NOT NULL,
  set_at timestamp with time zone NOT NULL,
  set_by text NOT NULL,
  confirmed_by text,
  CONSTRAINT mandates_version_check CHECK ((version > 0)),
  CONSTRAINT mandates_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES authenticator.agents(agent_id),
  CONSTRAINT mandates_pkey PRIMARY KEY (agent_id, version)
);

CREATE TABLE authenticator.nonces (
  owner text NOT NULL,
  nonce text NOT NULL,
  event_id text,
  request_hash text NOT NULL,
  seen_at timestamp with time zone NOT NULL,
  CONSTRAINT nonces_pkey PRIMARY KEY (owner, nonce)
);
CREATE INDEX nonces_by_age ON authenticator.nonces USING btree (seen_at);

CREATE TABLE authenticator.operators (
  operator_id text NOT NULL,
  name text NOT NULL,
  created_by text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  role text NOT NULL DEFAULT 'admin'::text,
  suspended_at timestamp with time zone,
  CONSTRAINT operators_operator_id_check CHECK ((operator_id ~ '^[a-z0-9][a-z0-9_-]{1,31}$'::text)),
  CONSTRAINT operators_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'operator'::text, 'treasurer'::text, 'admin'::text]))),
  CONSTRAINT operators_pkey PRIMARY KEY (operator_id),
  CONSTRAINT operators_changed TRIGGER DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE authenticator.passkey_challenges (
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  challenge text NOT NULL,
  purpose text NOT NULL,
  share text NOT NULL,
  onli_id text,
  operator_id text,
  user_handle text,
  public_key text,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT passkey_challenges_purpose_check CHECK ((purpose = ANY (ARRAY['register'::text, 'sign-in'::text, 'invitation'::text, 'wallet'::text]))),
  CONSTRAINT passkey_challenges_pkey PRIMARY KEY (seq),
  CONSTRAINT passkey_challenges_challenge_key UNIQUE (challenge)
);
CREATE INDEX passkey_challenges_by_age ON authenticator.passkey_challenges USING btree (expires_at);
CREATE INDEX passkey_challenges_by_share ON authenticator.passkey_challenges USING btree (share, seq);

CREATE TABLE authenticator.passkey_uses (
  challenge text NOT NULL,
  passkey_id text NOT NULL,
  used_at timestamp with time zone NOT NULL,
  CONSTRAINT passkey_uses_passkey_id_fkey FOREIGN KEY (passkey_id) REFERENCES authenticator.passkeys(passkey_id),
  CONSTRAINT passkey_uses_pkey PRIMARY KEY (challenge)
);
CREATE INDEX passkey_uses_by_age ON authenticator.passkey_uses USING btree (used_at);

CREATE TABLE authenticator.passkeys (
  passkey_id text NOT NULL,
  credential_id text NOT NULL,
  onli_id text NOT NULL,
  operator_id text,
  user_handle text NOT NULL,
  public_key text NOT NULL,
  counter bigint NOT NULL,
  transports jsonb NOT NULL,
  name text NOT NULL,
  synced boolean NOT NULL,
  made_by text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  last_used_at timestamp with time zone,
  removed_at timestamp with time zone,
  removed_by text,
  CONSTRAINT passkeys_check CHECK (((onli_id = 'operator'::text) = (operator_id IS NOT NULL))),
  CONSTRAINT passkeys_check1 CHECK (((removed_at IS NULL) = (removed_by IS NULL))),
  CONSTRAINT passkeys_onli_id_fkey FOREIGN KEY (onli_id) REFERENCES authenticator.users(onli_id),
  CONSTRAINT passkeys_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES authenticator.operators(operator_id),
  CONSTRAINT passkeys_pkey PRIMARY KEY (passkey_id),
  CONSTRAINT passkeys_credential_id_key UNIQUE (credential_id)
);
CREATE INDEX passkeys_of_person ON authenticator.passkeys USING btree (onli_id, operator_id, created_at);

CREATE TABLE authenticator.proposals (
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  proposal_id uuid NOT NULL,
  kind text NOT NULL,
  target text NOT NULL,
  body jsonb NOT NULL,
  action_hash text NOT NULL,
  in_words text NOT NULL,
  reason text NOT NULL,
  proposed_by text NOT NULL,
  proposed_with text NOT NULL,
  proposed_at timestamp with time zone NOT NULL,
  not_before timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  status text NOT NULL,
  decided_by text,
  decided_with text,
  decided_at timestamp with time zone,
  decision_reason text,
  CONSTRAINT proposals_check CHECK (((status = 'open'::text) = (decided_at IS NULL))),
  CONSTRAINT proposals_check1 CHECK (((status <> 'executed'::text) OR (decided_by <> proposed_by))),
  CONSTRAINT proposals_status_check CHECK ((status = ANY (ARRAY['open'::text, 'executed'::text, 'refused'::text, 'withdrawn'::text, 'void'::text]))),
  CONSTRAINT proposals_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES authenticator.operators(operator_id),
  CONSTRAINT proposals_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES authenticator.operators(operator_id),
  CONSTRAINT proposals_pkey PRIMARY KEY (proposal_id)
);
CREATE UNIQUE INDEX proposals_by_seq ON authenticator.proposals USING btree (seq);
CREATE UNIQUE INDEX proposals_open ON authenticator.proposals USING btree (action_hash) WHERE (status = 'open'::text);

CREATE TABLE authenticator.status_changes (
  change_id uuid NOT NULL,
  onli_id text NOT NULL,
  status text NOT NULL,
  reason text NOT NULL,
  changed_by text NOT NULL,
  changed_at timestamp with time zone NOT NULL,
  CONSTRAINT status_changes_onli_id_fkey FOREIGN KEY (onli_id) REFERENCES authenticator.users(onli_id),
  CONSTRAINT status_changes_pkey PRIMARY KEY (change_id)
);
CREATE INDEX status_changes_by_user ON authenticator.status_changes USING btree (onli_id, changed_at);

CREATE TABLE authenticator.users (
  onli_id text NOT NULL,
  marketplace_user_id uuid NOT NULL,
  vault_id text,
  status text NOT NULL,
  profile_tray jsonb NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  last_sync timestamp with time zone,
  CONSTRAINT users_check CHECK (((vault_id IS NOT NULL) OR (onli_id = 'operator'::text))),
  CONSTRAINT users_status_check CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text, 'frozen'::text]))),
  CONSTRAINT users_pkey PRIMARY KEY (onli_id),
  CONSTRAINT users_changed TRIGGER DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT users_marketplace_user_id_key UNIQUE (marketplace_user_id),
  CONSTRAINT users_vault_id_key UNIQUE (vault_id)
);

CREATE TABLE authenticator.wallet_challenges (
  challenge_id uuid NOT NULL,
  onli_id text NOT NULL,
  family text NOT NULL,
  address text NOT NULL,
  text text NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT wallet_challenges_onli_id_fkey FOREIGN KEY (onli_id) REFERENCES authenticator.users(onli_id),
  CONSTRAINT wallet_challenges_pkey PRIMARY KEY (challenge_id)
);
CREATE INDEX wallet_challenges_by_age ON authenticator.wallet_challenges USING btree (expires_at);
CREATE INDEX wallet_challenges_of_user ON authenticator.wallet_challenges USING btree (onli_id, expires_at);

CREATE TABLE authenticator.wallet_transfers (
  transfer_id uuid NOT NULL,
  family text NOT NULL,
  address text NOT NULL,
  from_onli_id text NOT NULL,
  to_onli_id text NOT NULL,
  status text NOT NULL,
  requested_at timestamp with time zone NOT NULL,
  takes_effect_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  decided_by text,
  reason text,
  not_before timestamp with time zone,
  CONSTRAINT wallet_transfers_family_check CHECK ((family = ANY (ARRAY['EVM'::text, 'TRON'::text]))),
  CONSTRAINT wallet_transfers_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'objected'::text, 'done'::text, 'kept'::text]))),
  CONSTRAINT wallet_transfers_from_onli_id_fkey FOREIGN KEY (from_onli_id) REFERENCES authenticator.users(onli_id),
  CONSTRAINT wallet_transfers_to_onli_id_fkey FOREIGN KEY (to_onli_id) REFERENCES authenticator.users(onli_id),
  CONSTRAINT wallet_transfers_pkey PRIMARY KEY (transfer_id)
);
CREATE INDEX wallet_transfers_from ON authenticator.wallet_transfers USING btree (from_onli_id, requested_at);
CREATE UNIQUE INDEX wallet_transfers_open ON authenticator.wallet_transfers USING btree (family, address) WHERE (status = ANY (ARRAY['pending'::text, 'objected'::text]));
CREATE INDEX wallet_transfers_to ON authenticator.wallet_transfers USING btree (to_onli_id, requested_at);
CREATE INDEX wallet_transfers_to_user ON authenticator.wallet_transfers USING btree (to_onli_id, requested_at);

CREATE TABLE authenticator.wallets (
  wallet_id uuid NOT NULL,
  family text NOT NULL,
  address text NOT NULL,
  onli_id text NOT NULL,
  proven_at timestamp with time zone NOT NULL,
  released_at timestamp with time zone,
  sign_in_at timestamp with time zone,
  CONSTRAINT wallets_family_check CHECK ((family = ANY (ARRAY['EVM'::text, 'TRON'::text]))),
  CONSTRAINT wallets_onli_id_fkey FOREIGN KEY (onli_id) REFERENCES authenticator.users(onli_id),
  CONSTRAINT wallets_pkey PRIMARY KEY (wallet_id)
);
CREATE UNIQUE INDEX wallets_active_owner ON authenticator.wallets USING btree (family, address) WHERE (released_at IS NULL);
CREATE INDEX wallets_by_address ON authenticator.wallets USING btree (family, address, proven_at);
CREATE INDEX wallets_by_user ON authenticator.wallets USING btree (onli_id, proven_at);

CREATE TABLE cashier.approvals (
  approval_id text NOT NULL,
  owner text NOT NULL,
  agent_id text NOT NULL,
  event_hash text NOT NULL,
  event jsonb NOT NULL,
  mandate_version integer NOT NULL,
  highest_micro bigint NOT NULL,
  units bigint NOT NULL,
  state text NOT NULL,
  charges jsonb,
  asked_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  decided_at timestamp with time zone,
  decided_by text,
  confirmed_by text,
  CONSTRAINT approvals_check CHECK (((state = 'granted'::text) <= (charges IS NOT NULL))),
  CONSTRAINT approvals_highest_micro_check CHECK ((highest_micro >= 0)),
  CONSTRAINT approvals_state_check CHECK ((state = ANY (ARRAY['undecided'::text, 'granted'::text, 'denied'::text, 'expired'::text, 'used'::text, 'ended'::text]))),
  CONSTRAINT approvals_units_check CHECK ((units >= 0)),
  CONSTRAINT approvals_pkey PRIMARY KEY (approval_id)
);
CREATE UNIQUE INDEX approvals_by_event ON cashier.approvals USING btree (agent_id, event_hash);
CREATE INDEX approvals_of_agent ON cashier.approvals USING btree (agent_id, asked_at DESC);
CREATE INDEX approvals_open ON cashier.approvals USING btree (expires_at) WHERE (state = ANY (ARRAY['undecided'::text, 'granted'::text]));

CREATE TABLE cashier.balances (
  account text NOT NULL,
  asset text NOT NULL,
  posted bigint NOT NULL,
  held bigint NOT NULL,
  version bigint NOT NULL,
  CONSTRAINT balances_asset_check CHECK ((asset = ANY (ARRAY['USDT'::text, 'SPECIES'::text]))),
  CONSTRAINT balances_check CHECK (((account = ANY (ARRAY['supply'::text, 'outside'::text, 'loss'::text, 'costs'::text])) OR starts_with(account, 'world:'::text) OR starts_with(account, 'receivable:'::text) OR starts_with(account, 'custody:'::text) OR ((posted - held) >= 0))) NOT VALID,
  CONSTRAINT balances_check1 CHECK (((NOT starts_with(account, 'receivable:'::text)) OR (posted <= 0))),
  CONSTRAINT balances_held_check CHECK ((held >= 0)),
  CONSTRAINT balances_pkey PRIMARY KEY (account, asset)
);

CREATE TABLE cashier.entries (
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  transfer_id text NOT NULL,
  account text NOT NULL,
  asset text NOT NULL,
  amount bigint NOT NULL,
  balance_after bigint NOT NULL,
  CONSTRAINT entries_amount_check CHECK ((amount <> 0)),
  CONSTRAINT entries_transfer_id_fkey FOREIGN KEY (transfer_id) REFERENCES cashier.transfers(transfer_id),
  CONSTRAINT entries_pkey PRIMARY KEY (seq)
);
CREATE INDEX entries_by_account ON cashier.entries USING btree (account, seq DESC);
CREATE INDEX entries_by_transfer ON cashier.entries USING btree (transfer_id);

CREATE TABLE cashier.fundings (
  event_key uuid NOT NULL,
  outcome text NOT NULL,
  funding jsonb,
  settlement jsonb,
  dossier jsonb,
  charges jsonb,
  deadline_at timestamp with time zone,
  decided_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  pool_holder text,
  pool_micro bigint,
  CONSTRAINT fundings_outcome_check CHECK ((outcome = ANY (ARRAY['funded'::text, 'refused'::text, 'settled'::text, 'released'::text]))),
  CONSTRAINT fundings_pkey PRIMARY KEY (event_key)
);
CREATE INDEX fundings_holding_pool ON cashier.fundings USING btree (pool_holder) WHERE ((outcome = 'funded'::text) AND (pool_holder IS NOT NULL));
CREATE INDEX fundings_in_flight ON cashier.fundings USING btree (event_key) WHERE (outcome = 'funded'::text);

CREATE TABLE cashier.holds (
  transfer_id text NOT NULL,
  kind text NOT NULL,
  event_key uuid,
  lines jsonb NOT NULL,
  state text NOT NULL,
  held_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  CONSTRAINT holds_state_check CHECK ((state = ANY (ARRAY['held'::text, 'settled'::text, 'released'::text]))),
  CONSTRAINT holds_pkey PRIMARY KEY (transfer_id)
);
CREATE INDEX holds_under_way ON cashier.holds USING btree (transfer_id) WHERE (state = 'held'::text);

CREATE TABLE cashier.limit_counters (
  key_id text NOT NULL,
  window_name text NOT NULL,
  units bigint NOT NULL,
  CONSTRAINT limit_counters_units_check CHECK ((units >= 0)),
  CONSTRAINT limit_counters_pkey PRIMARY KEY (key_id, window_name)
);

CREATE TABLE cashier.transfers (
  transfer_id text NOT NULL,
  event_key uuid,
  kind text NOT NULL,
  digest text NOT NULL,
  posted_at timestamp with time zone NOT NULL,
  CONSTRAINT transfers_kind_check CHECK ((kind = ANY (ARRAY['payment'::text, 'settlement'::text, 'reversal'::text, 'observation'::text, 'payout'::text, 'payout_returned'::text, 'suspense'::text, 'internal_move'::text, 'cost'::text, 'credit'::text, 'withdrawal'::text]))) NOT VALID,
  CONSTRAINT transfers_pkey PRIMARY KEY (transfer_id)
);
CREATE INDEX transfers_by_event ON cashier.transfers USING btree (event_key);
CREATE INDEX transfers_by_time ON cashier.transfers USING brin (posted_at);

CREATE TABLE config.versions (
  version bigint NOT NULL,
  config jsonb NOT NULL,
  changed_by text NOT NULL,
  reason text NOT NULL,
  changed_at timestamp with time zone NOT NULL,
  CONSTRAINT versions_version_check CHECK ((version > 0)),
  CONSTRAINT versions_pkey PRIMARY KEY (version)
);

CREATE TABLE deposits.addresses (
  chain text NOT NULL,
  address text NOT NULL,
  added_at timestamp with time zone NOT NULL,
  quick_until timestamp with time zone,
  due_at timestamp with time zone NOT NULL,
  "position" bigint,
  deep_at timestamp with time zone,
  since bigint,
  page text,
  pages integer NOT NULL DEFAULT 0,
  begun_through timestamp with time zone,
  read_through timestamp with time zone,
  failures integer NOT NULL DEFAULT 0,
  fault text,
  CONSTRAINT addresses_pkey PRIMARY KEY (chain, address)
);
CREATE INDEX addresses_due ON deposits.addresses USING btree (chain, due_at);

CREATE TABLE deposits.transactions (
  chain text NOT NULL,
  tx_hash text NOT NULL,
  status text NOT NULL,
  listed_at timestamp with time zone NOT NULL,
  final_at timestamp with time zone,
  ended_at timestamp with time zone,
  due_at timestamp with time zone,
  block_number bigint,
  looks integer NOT NULL DEFAULT 0,
  missing integer NOT NULL DEFAULT 0,
  rechecks integer NOT NULL DEFAULT 0,
  CONSTRAINT transactions_status_check CHECK ((status = ANY (ARRAY['listed'::text, 'seen'::text, 'final'::text, 'gone'::text]))),
  CONSTRAINT transactions_pkey PRIMARY KEY (chain, tx_hash)
);
CREATE INDEX transactions_due ON deposits.transactions USING btree (chain, due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX transactions_unread ON deposits.transactions USING btree (chain) WHERE (status = 'listed'::text);

CREATE TABLE deposits.transfers (
  chain text NOT NULL,
  tx_hash text NOT NULL,
  from_address text NOT NULL,
  to_address text NOT NULL,
  raw_value numeric(78,0) NOT NULL,
  nth integer NOT NULL,
  log_index integer NOT NULL,
  amount_micro bigint NOT NULL,
  block_number bigint NOT NULL,
  block_time timestamp with time zone NOT NULL,
  status text NOT NULL,
  found_at timestamp with time zone NOT NULL,
  final_at timestamp with time zone,
  gone_at timestamp with time zone,
  deposit_id text NOT NULL GENERATED ALWAYS AS (('dep_'::text || md5(((((((((((chain || ' '::text) || tx_hash) || ' '::text) || from_address) || ' '::text) || to_address) || ' '::text) || (raw_value)::text) || ' '::text) || (nth)::text)))) STORED,
  explained text,
  explained_at timestamp with time zone,
  booking uuid,
  CONSTRAINT transfers_amount_micro_check CHECK ((amount_micro > 0)),
  CONSTRAINT transfers_explained_check CHECK ((explained = ANY (ARRAY['claimed'::text, 'suspense'::text, 'assigned'::text, 'kept'::text, 'internal'::text, 'forwarded'::text]))) NOT VALID,
  CONSTRAINT transfers_status_check CHECK ((status = ANY (ARRAY['seen'::text, 'final'::text, 'gone'::text]))),
  CONSTRAINT transfers_chain_tx_hash_fkey FOREIGN KEY (chain, tx_hash) REFERENCES deposits.transactions(chain, tx_hash),
  CONSTRAINT transfers_pkey PRIMARY KEY (chain, tx_hash, from_address, to_address, raw_value, nth)
);
CREATE UNIQUE INDEX transfers_id ON deposits.transfers USING btree (deposit_id);
CREATE INDEX transfers_to ON deposits.transfers USING btree (chain, to_address, block_time);
CREATE INDEX transfers_undecided ON deposits.transfers USING btree (chain, final_at) WHERE ((status = 'final'::text) AND (explained IS NULL));
CREATE INDEX transfers_unexplained ON deposits.transfers USING btree (final_at, deposit_id) WHERE (explained = 'suspense'::text);

CREATE TABLE floor_manager.receipts (
  receipt_id text NOT NULL,
  event_key uuid NOT NULL,
  revision integer NOT NULL,
  owner text NOT NULL,
  parties text[] NOT NULL,
  state text NOT NULL,
  jws text NOT NULL,
  issued_at timestamp with time zone NOT NULL,
  CONSTRAINT receipts_state_check CHECK ((state = ANY (ARRAY['completed'::text, 'failed'::text, 'disputed'::text]))),
  CONSTRAINT receipts_pkey PRIMARY KEY (receipt_id),
  CONSTRAINT receipts_event_key_revision_key UNIQUE (event_key, revision)
) WITH (toast_tuple_target=8160);
CREATE INDEX receipts_by_time ON floor_manager.receipts USING btree (issued_at, receipt_id);

CREATE TABLE floor_manager.reversals (
  event_key uuid NOT NULL,
  recorded_at timestamp with time zone NOT NULL,
  CONSTRAINT reversals_pkey PRIMARY KEY (event_key)
);

CREATE TABLE floor_manager.reviews (
  event_key uuid NOT NULL,
  raised_by text NOT NULL,
  reason text NOT NULL,
  facts jsonb NOT NULL,
  dossier jsonb NOT NULL,
  trace text NOT NULL,
  opened_at timestamp with time zone NOT NULL,
  decision text,
  decision_reason text,
  decided_by text,
  decided_at timestamp with time zone,
  CONSTRAINT reviews_decision_check CHECK ((decision = ANY (ARRAY['confirm'::text, 'refuse'::text]))),
  CONSTRAINT reviews_pkey PRIMARY KEY (event_key)
);
CREATE INDEX reviews_open ON floor_manager.reviews USING btree (opened_at) WHERE (decision IS NULL);

CREATE TABLE floor_manager.signing_keys (
  kid text NOT NULL,
  public_jwk jsonb NOT NULL,
  private_sealed text NOT NULL,
  sandbox boolean NOT NULL,
  created_at timestamp with time zone NOT NULL,
  active_from timestamp with time zone,
  made_by text,
  distrusted_at timestamp with time zone,
  distrusted_by text,
  CONSTRAINT signing_keys_pkey PRIMARY KEY (kid)
);

CREATE TABLE floor_manager.verifications (
  event_key uuid NOT NULL,
  outcome text NOT NULL,
  oracle jsonb,
  dossier jsonb,
  trace text NOT NULL,
  reason text,
  due_at timestamp with time zone,
  checks integer NOT NULL,
  until_at timestamp with time zone,
  decided_at timestamp with time zone NOT NULL,
  CONSTRAINT verifications_outcome_check CHECK ((outcome = ANY (ARRAY['confirmed'::text, 'waiting'::text, 'review'::text]))),
  CONSTRAINT verifications_pkey PRIMARY KEY (event_key)
);
CREATE INDEX verifications_due ON floor_manager.verifications USING btree (due_at) WHERE (outcome = 'waiting'::text);

CREATE TABLE marketplace_api.event_bodies (
  event_key uuid NOT NULL,
  received_at timestamp with time zone NOT NULL,
  raw_body text NOT NULL,
  CONSTRAINT event_bodies_pkey PRIMARY KEY (event_key, received_at)
) PARTITION BY RANGE (received_at);

CREATE TABLE marketplace_api.event_keys (
  owner text NOT NULL,
  event_id text NOT NULL,
  event_key uuid NOT NULL,
  body_hash text NOT NULL,
  event jsonb NOT NULL,
  key_id text NOT NULL,
  limits jsonb,
  config_version bigint NOT NULL,
  classifier_version integer NOT NULL,
  trace text NOT NULL,
  accepted_at timestamp with time zone NOT NULL,
  deadline_at timestamp with time zone NOT NULL,
  next_sweep_at timestamp with time zone NOT NULL,
  sweeps integer NOT NULL,
  in_review boolean NOT NULL,
  ended_state text,
  ended_at timestamp with time zone,
  waits_until timestamp with time zone NOT NULL DEFAULT '-infinity'::timestamp with time zone,
  CONSTRAINT event_keys_ended_state_check CHECK ((ended_state = ANY (ARRAY['completed'::text, 'failed'::text, 'disputed'::text]))),
  CONSTRAINT event_keys_pkey PRIMARY KEY (owner, event_id),
  CONSTRAINT event_keys_event_key_key UNIQUE (event_key)
);
CREATE INDEX event_keys_by_owner ON marketplace_api.event_keys USING btree (owner, event_key);
CREATE INDEX event_keys_in_review ON marketplace_api.event_keys USING btree (next_sweep_at) WHERE ((ended_state IS NULL) AND in_review);
CREATE INDEX event_keys_open ON marketplace_api.event_keys USING btree (event_key) WHERE (ended_state IS NULL);
CREATE INDEX event_keys_under_way ON marketplace_api.event_keys USING btree (waits_until) WHERE ((ended_state IS NULL) AND (NOT in_review));
CREATE INDEX event_keys_unfinished ON marketplace_api.event_keys USING btree (next_sweep_at) WHERE (ended_state IS NULL);

CREATE TABLE matching.books (
  book text NOT NULL,
  units_quoted bigint NOT NULL DEFAULT 0,
  CONSTRAINT books_pkey PRIMARY KEY (book)
);

CREATE TABLE matching.listings (
  listing_id text NOT NULL,
  book text NOT NULL,
  event_key uuid NOT NULL,
  seller text NOT NULL,
  unit_price_micro bigint NOT NULL,
  units_total bigint NOT NULL,
  units_available bigint NOT NULL,
  units_reserved bigint NOT NULL,
  status text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  lapse integer NOT NULL,
  lapse_announced_at timestamp with time zone,
  withheld boolean NOT NULL DEFAULT false,
  units_quoted bigint NOT NULL DEFAULT 0,
  CONSTRAINT listings_check CHECK (((units_available + units_reserved) <= units_total)),
  CONSTRAINT listings_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'open'::text, 'closing'::text, 'closed'::text]))),
  CONSTRAINT listings_unit_price_micro_check CHECK ((unit_price_micro > 0)),
  CONSTRAINT listings_units_available_check CHECK ((units_available >= 0)),
  CONSTRAINT listings_units_reserved_check CHECK ((units_reserved >= 0)),
  CONSTRAINT listings_units_total_check CHECK ((units_total > 0)),
  CONSTRAINT listings_book_fkey FOREIGN KEY (book) REFERENCES matching.books(book),
  CONSTRAINT listings_pkey PRIMARY KEY (listing_id),
  CONSTRAINT listings_event_key_key UNIQUE (event_key)
);
CREATE INDEX listings_announced ON matching.listings USING btree (lapse_announced_at) WHERE ((lapse_announced_at IS NOT NULL) AND (status = ANY (ARRAY['open'::text, 'closing'::text])) AND (units_available > 0));
CREATE INDEX listings_by_expiry ON matching.listings USING btree (expires_at) WHERE ((status = 'open'::text) AND (units_available > 0));
CREATE INDEX listings_by_price ON matching.listings USING btree (book, unit_price_micro, created_at, listing_id) WHERE ((status = 'open'::text) AND (units_available > 0));
CREATE INDEX listings_by_seller ON matching.listings USING btree (seller) WHERE (status = ANY (ARRAY['pending'::text, 'open'::text, 'closing'::text]));
CREATE INDEX listings_by_size ON matching.listings USING btree (book, matching.size_class(units_available), unit_price_micro, created_at, listing_id) WHERE ((status = 'open'::text) AND (units_available > 0) AND (NOT withheld));
CREATE INDEX listings_closing ON matching.listings USING btree (expires_at) WHERE ((status = 'closing'::text) AND (units_available > 0));
CREATE INDEX listings_for_sale ON matching.listings USING btree (book, unit_price_micro, created_at, listing_id) WHERE ((status = 'open'::text) AND (units_available > 0) AND (NOT withheld));
CREATE INDEX listings_quoted ON matching.listings USING btree (listing_id) WHERE (units_quoted > 0);
CREATE INDEX listings_withheld ON matching.listings USING btree (seller) WHERE (withheld AND (status = 'open'::text));

CREATE TABLE matching.matches (
  event_key uuid NOT NULL,
  outcome text NOT NULL,
  match jsonb,
  dossier jsonb,
  decided_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  buyer text,
  due_micro bigint,
  is_purchase boolean,
  CONSTRAINT matches_outcome_check CHECK ((outcome = ANY (ARRAY['matched'::text, 'refused'::text, 'consumed'::text, 'returned'::text]))),
  CONSTRAINT matches_pkey PRIMARY KEY (event_key)
);
CREATE INDEX matches_by_buyer ON matching.matches USING btree (buyer) WHERE ((outcome = 'matched'::text) AND (due_micro IS NOT NULL));
CREATE INDEX matches_traded ON matching.matches USING btree (ended_at DESC) WHERE ((outcome = 'consumed'::text) AND is_purchase);
CREATE INDEX matches_under_way ON matching.matches USING btree (decided_at) WHERE (outcome = 'matched'::text);

CREATE TABLE matching.reservations (
  event_key uuid NOT NULL,
  listing_id text NOT NULL,
  units bigint NOT NULL,
  status text NOT NULL,
  CONSTRAINT reservations_status_check CHECK ((status = ANY (ARRAY['reserved'::text, 'consumed'::text, 'returned'::text]))),
  CONSTRAINT reservations_units_check CHECK ((units > 0)),
  CONSTRAINT reservations_listing_id_fkey FOREIGN KEY (listing_id) REFERENCES matching.listings(listing_id),
  CONSTRAINT reservations_pkey PRIMARY KEY (event_key, listing_id)
);
CREATE INDEX reservations_by_listing ON matching.reservations USING btree (listing_id) WHERE (status = 'reserved'::text);
CREATE INDEX reservations_consumed ON matching.reservations USING btree (listing_id) WHERE (status = 'consumed'::text);

CREATE TABLE matching.unit_holds (
  quote_key uuid NOT NULL,
  owner text NOT NULL,
  status text NOT NULL,
  match jsonb NOT NULL,
  units bigint NOT NULL,
  event_key uuid,
  held_at timestamp with time zone NOT NULL,
  CONSTRAINT unit_holds_status_check CHECK ((status = ANY (ARRAY['quoted'::text, 'taken'::text, 'released'::text]))),
  CONSTRAINT unit_holds_units_check CHECK ((units >= 0)),
  CONSTRAINT unit_holds_pkey PRIMARY KEY (quote_key)
);
CREATE INDEX unit_holds_bound ON matching.unit_holds USING btree (event_key) WHERE ((status = 'quoted'::text) AND (event_key IS NOT NULL));
CREATE INDEX unit_holds_quoted_by_owner ON matching.unit_holds USING btree (owner) WHERE (status = 'quoted'::text);

CREATE TABLE mirror.accounts (
  control text NOT NULL,
  asset text NOT NULL,
  book_id text NOT NULL,
  debit bigint NOT NULL DEFAULT 0,
  CONSTRAINT accounts_pkey PRIMARY KEY (control, asset)
);

CREATE TABLE mirror.pairs (
  place bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  external_id text NOT NULL,
  ordinal bigint NOT NULL,
  transfer_id text,
  event_key uuid,
  kind text NOT NULL,
  source text NOT NULL,
  destination text NOT NULL,
  asset text NOT NULL,
  amount bigint NOT NULL,
  at timestamp with time zone NOT NULL,
  stands_for integer,
  state text NOT NULL,
  tried boolean NOT NULL DEFAULT false,
  summary text,
  book_id text,
  refusal text,
  CONSTRAINT pairs_amount_check CHECK ((amount > 0)),
  CONSTRAINT pairs_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'written'::text, 'summarised'::text, 'refused'::text]))),
  CONSTRAINT pairs_pkey PRIMARY KEY (place),
  CONSTRAINT pairs_external_id_key UNIQUE (external_id)
);
CREATE INDEX pairs_by_summary ON mirror.pairs USING btree (summary);
CREATE INDEX pairs_by_transfer ON mirror.pairs USING btree (transfer_id);
CREATE INDEX pairs_queued ON mirror.pairs USING btree (ordinal, place) WHERE (state = 'queued'::text);
CREATE INDEX pairs_refused ON mirror.pairs USING btree (place) WHERE (state = 'refused'::text);

CREATE TABLE mirror.progress (
  singleton boolean NOT NULL,
  seq bigint NOT NULL,
  lease text,
  leased_until timestamp with time zone,
  failure text,
  failed_at timestamp with time zone,
  CONSTRAINT progress_singleton_check CHECK (singleton),
  CONSTRAINT progress_pkey PRIMARY KEY (singleton)
);

CREATE TABLE payouts.addresses (
  address_id text NOT NULL,
  owner text NOT NULL,
  chain text NOT NULL,
  address text NOT NULL,
  label text NOT NULL,
  added_by text NOT NULL,
  confirmed_by text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  usable_at timestamp with time zone NOT NULL,
  removed_at timestamp with time zone,
  CONSTRAINT addresses_pkey PRIMARY KEY (address_id)
);
CREATE UNIQUE INDEX addresses_in_book ON payouts.addresses USING btree (owner, chain, address) WHERE (removed_at IS NULL);
CREATE INDEX addresses_of_owner ON payouts.addresses USING btree (owner, created_at);

CREATE TABLE payouts.approvals (
  payout_id text NOT NULL,
  purpose text NOT NULL,
  life integer NOT NULL,
  person text NOT NULL,
  key_id text NOT NULL,
  hash text NOT NULL,
  at timestamp with time zone NOT NULL,
  CONSTRAINT approvals_purpose_check CHECK ((purpose = ANY (ARRAY['pay'::text, 'fail'::text]))),
  CONSTRAINT approvals_payout_id_fkey FOREIGN KEY (payout_id) REFERENCES payouts.payouts(payout_id),
  CONSTRAINT approvals_pkey PRIMARY KEY (payout_id, purpose, life, person)
);

CREATE TABLE payouts.attempts (
  payout_id text NOT NULL,
  channel text NOT NULL,
  wallet text NOT NULL,
  by_actor text NOT NULL,
  at timestamp with time zone NOT NULL,
  CONSTRAINT attempts_channel_check CHECK ((channel = ANY (ARRAY['hand'::text, 'sandbox'::text]))),
  CONSTRAINT attempts_payout_id_fkey FOREIGN KEY (payout_id) REFERENCES payouts.payouts(payout_id),
  CONSTRAINT attempts_pkey PRIMARY KEY (payout_id)
);

CREATE TABLE payouts.halts (
  halt_id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  cause text NOT NULL,
  reason text NOT NULL,
  halted_by text NOT NULL,
  halted_at timestamp with time zone NOT NULL,
  resumed_by text,
  resume_reason text,
  resumed_at timestamp with time zone,
  CONSTRAINT halts_check CHECK (((resumed_at IS NULL) = (resumed_by IS NULL))),
  CONSTRAINT halts_pkey PRIMARY KEY (halt_id),
  CONSTRAINT halts_cause_key UNIQUE (cause)
);
CREATE INDEX halts_open ON payouts.halts USING btree (halt_id) WHERE (resumed_at IS NULL);

CREATE TABLE payouts.hashes (
  payout_id text NOT NULL,
  hash text NOT NULL,
  given_by text NOT NULL,
  at timestamp with time zone NOT NULL,
  finding text,
  CONSTRAINT hashes_payout_id_fkey FOREIGN KEY (payout_id) REFERENCES payouts.payouts(payout_id),
  CONSTRAINT hashes_pkey PRIMARY KEY (payout_id, hash)
);

CREATE TABLE payouts.history (
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  payout_id text NOT NULL,
  state text NOT NULL,
  actor text NOT NULL,
  reason text,
  at timestamp with time zone NOT NULL,
  CONSTRAINT history_payout_id_fkey FOREIGN KEY (payout_id) REFERENCES payouts.payouts(payout_id),
  CONSTRAINT history_pkey PRIMARY KEY (seq)
);
CREATE INDEX history_of_payout ON payouts.history USING btree (payout_id, seq);

CREATE TABLE payouts.payouts (
  payout_id text NOT NULL,
  owner text NOT NULL,
  request_id text NOT NULL,
  chain text NOT NULL,
  address text NOT NULL,
  amount_micro bigint NOT NULL,
  from_payable_micro bigint NOT NULL,
  state text NOT NULL,
  requested_by text NOT NULL,
  confirmed_by text NOT NULL,
  requested_at timestamp with time zone NOT NULL,
  approved_at timestamp with time zone,
  people integer,
  reason text,
  ended_at timestamp with time zone,
  life integer NOT NULL DEFAULT 0,
  due_at timestamp with time zone,
  checks integer NOT NULL DEFAULT 0,
  proof jsonb,
  proven_at timestamp with time zone,
  rechecks_done integer NOT NULL DEFAULT 0,
  missing integer NOT NULL DEFAULT 0,
  source text,
  CONSTRAINT payouts_amount_micro_check CHECK ((amount_micro > 0)),
  CONSTRAINT payouts_check CHECK (((from_payable_micro >= 0) AND (from_payable_micro <= amount_micro))),
  CONSTRAINT payouts_source_check CHECK ((source = ANY (ARRAY['treasury'::text, 'fees'::text, 'liquidity_pool'::text]))),
  CONSTRAINT payouts_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'approved'::text, 'sending'::text, 'sent'::text, 'proven'::text, 'settled'::text, 'cancelled'::text, 'failed'::text, 'review'::text]))),
  CONSTRAINT payouts_pkey PRIMARY KEY (payout_id),
  CONSTRAINT payouts_owner_request_id_key UNIQUE (owner, request_id)
);
CREATE INDEX payouts_due ON payouts.payouts USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX payouts_of_owner ON payouts.payouts USING btree (owner, requested_at);
CREATE INDEX payouts_open ON payouts.payouts USING btree (requested_at) WHERE (state <> ALL (ARRAY['settled'::text, 'cancelled'::text, 'failed'::text]));
CREATE INDEX payouts_to_address ON payouts.payouts USING btree (address, approved_at) WHERE (approved_at IS NOT NULL);

CREATE TABLE payouts.proceeds (
  owner text NOT NULL,
  event_id text NOT NULL,
  chain text NOT NULL,
  address text NOT NULL,
  key_id text NOT NULL,
  confirmed_by text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  earned_micro bigint NOT NULL DEFAULT 0,
  asked_micro bigint NOT NULL DEFAULT 0,
  kept_micro bigint NOT NULL DEFAULT 0,
  kept_reason text,
  CONSTRAINT proceeds_asked_micro_check CHECK ((asked_micro >= 0)),
  CONSTRAINT proceeds_check CHECK ((earned_micro >= (asked_micro + kept_micro))),
  CONSTRAINT proceeds_kept_micro_check CHECK ((kept_micro >= 0)),
  CONSTRAINT proceeds_pkey PRIMARY KEY (owner, event_id, chain, address)
);
CREATE INDEX proceeds_of_owner ON payouts.proceeds USING btree (owner, created_at);
CREATE INDEX proceeds_waiting ON payouts.proceeds USING btree (owner) WHERE (earned_micro > (asked_micro + kept_micro));

CREATE TABLE payouts.proceeds_owners (
  owner text NOT NULL,
  seq bigint NOT NULL,
  due_at timestamp with time zone NOT NULL,
  active_at timestamp with time zone NOT NULL,
  payouts bigint NOT NULL DEFAULT 0,
  CONSTRAINT proceeds_owners_pkey PRIMARY KEY (owner)
);
CREATE INDEX proceeds_owners_due ON payouts.proceeds_owners USING btree (due_at);

CREATE TABLE quotes.addresses (
  chain text NOT NULL,
  address text NOT NULL,
  is_shared boolean NOT NULL,
  owner text,
  free_from timestamp with time zone,
  due_at timestamp with time zone,
  CONSTRAINT addresses_pkey PRIMARY KEY (chain, address)
);
CREATE INDEX addresses_by_owner ON quotes.addresses USING btree (owner, chain) WHERE ((free_from IS NULL) AND (NOT is_shared));
CREATE INDEX addresses_due ON quotes.addresses USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX addresses_free ON quotes.addresses USING btree (chain, free_from) WHERE (NOT is_shared);

CREATE TABLE quotes.custody_payments (
  custodian text NOT NULL,
  payment_id text NOT NULL,
  quote_key uuid NOT NULL,
  chain text NOT NULL,
  address text NOT NULL,
  amount_micro bigint NOT NULL,
  status text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  valid_until timestamp with time zone NOT NULL,
  due_at timestamp with time zone,
  CONSTRAINT custody_payments_custodian_check CHECK ((custodian = 'nowpayments'::text)),
  CONSTRAINT custody_payments_quote_key_fkey FOREIGN KEY (quote_key) REFERENCES quotes.quotes(quote_key),
  CONSTRAINT custody_payments_pkey PRIMARY KEY (custodian, payment_id),
  CONSTRAINT custody_payments_chain_address_key UNIQUE (chain, address),
  CONSTRAINT custody_payments_quote_key_key UNIQUE (quote_key)
);
CREATE INDEX custody_payments_due ON quotes.custody_payments USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE TABLE quotes.quotes (
  quote_key uuid NOT NULL,
  owner text NOT NULL,
  key_id text NOT NULL,
  trace text NOT NULL,
  state text NOT NULL,
  purchase jsonb NOT NULL,
  intent text NOT NULL,
  config_version integer NOT NULL,
  match jsonb NOT NULL,
  total_micro bigint NOT NULL,
  fee_micro bigint NOT NULL,
  chain text NOT NULL,
  address text NOT NULL,
  is_shared boolean NOT NULL,
  amount_micro bigint NOT NULL,
  signed text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  event_key uuid,
  ended_at timestamp with time zone,
  free_from timestamp with time zone,
  holds_amount boolean NOT NULL,
  CONSTRAINT quotes_check CHECK ((amount_micro >= (total_micro + fee_micro))),
  CONSTRAINT quotes_state_check CHECK ((state = ANY (ARRAY['open'::text, 'paid'::text, 'cancelled'::text, 'expired'::text]))),
  CONSTRAINT quotes_pkey PRIMARY KEY (quote_key),
  CONSTRAINT quotes_event_key_key UNIQUE (event_key)
);
CREATE UNIQUE INDEX quotes_amount ON quotes.quotes USING btree (chain, address, amount_micro) WHERE (is_shared AND holds_amount);
CREATE INDEX quotes_amounts_kept ON quotes.quotes USING btree (free_from) WHERE (is_shared AND holds_amount);
CREATE INDEX quotes_by_address ON quotes.quotes USING btree (chain, address, created_at DESC);
CREATE INDEX quotes_by_owner ON quotes.quotes USING btree (owner, created_at DESC, quote_key);
CREATE INDEX quotes_by_owner_held ON quotes.quotes USING btree (owner) WHERE (free_from IS NULL);
CREATE INDEX quotes_held_by_address ON quotes.quotes USING btree (chain, address) WHERE (free_from IS NULL);

CREATE TABLE quotes.transfers (
  chain text NOT NULL,
  tx_hash text NOT NULL,
  from_address text NOT NULL,
  to_address text NOT NULL,
  raw_value numeric(78,0) NOT NULL,
  nth integer NOT NULL,
  quote_key uuid NOT NULL,
  log_index integer NOT NULL,
  amount_micro bigint NOT NULL,
  block_number bigint NOT NULL,
  block_time timestamp with time zone NOT NULL,
  is_final boolean NOT NULL,
  decision text NOT NULL,
  claimed_at timestamp with time zone,
  found_at timestamp with time zone NOT NULL,
  CONSTRAINT transfers_decision_check CHECK ((decision = ANY (ARRAY['payment'::text, 'credit'::text, 'operator'::text]))),
  CONSTRAINT transfers_quote_key_fkey FOREIGN KEY (quote_key) REFERENCES quotes.quotes(quote_key),
  CONSTRAINT transfers_pkey PRIMARY KEY (chain, tx_hash, from_address, to_address, raw_value, nth)
);
CREATE INDEX transfers_by_quote ON quotes.transfers USING btree (quote_key);
CREATE UNIQUE INDEX transfers_payment ON quotes.transfers USING btree (quote_key) WHERE (decision = 'payment'::text);
CREATE INDEX transfers_undecided ON quotes.transfers USING btree (chain, to_address) WHERE ((claimed_at IS NULL) AND (decision <> 'operator'::text));

CREATE TABLE reconciliation.differences (
  difference_id text NOT NULL,
  class text NOT NULL,
  subject text NOT NULL,
  state text NOT NULL,
  asset text,
  amount bigint,
  cause text NOT NULL,
  facts jsonb NOT NULL,
  first_seen_at timestamp with time zone NOT NULL,
  last_seen_at timestamp with time zone NOT NULL,
  opened_at timestamp with time zone,
  closed_at timestamp with time zone,
  resolution text,
  closed_by text,
  reason text,
  booked_to text,
  CONSTRAINT differences_check CHECK (((state = 'closed'::text) = (resolution IS NOT NULL))),
  CONSTRAINT differences_resolution_check CHECK ((resolution = ANY (ARRAY['gone'::text, 'explained'::text, 'booked'::text]))),
  CONSTRAINT differences_state_check CHECK ((state = ANY (ARRAY['suspected'::text, 'open'::text, 'closed'::text]))),
  CONSTRAINT differences_pkey PRIMARY KEY (difference_id)
);
CREATE INDEX differences_by_age ON reconciliation.differences USING btree (first_seen_at, difference_id);
CREATE INDEX differences_of_subject ON reconciliation.differences USING btree (class, subject, closed_at);
CREATE UNIQUE INDEX differences_standing ON reconciliation.differences USING btree (class, subject) WHERE (state <> 'closed'::text);

CREATE TABLE reconciliation.listed (
  chain text NOT NULL,
  tx_hash text NOT NULL,
  listed_at timestamp with time zone NOT NULL,
  due_at timestamp with time zone NOT NULL,
  looks integer NOT NULL DEFAULT 0,
  done boolean NOT NULL DEFAULT false,
  CONSTRAINT listed_pkey PRIMARY KEY (chain, tx_hash)
);
CREATE INDEX listed_due ON reconciliation.listed USING btree (chain, due_at) WHERE (NOT done);

CREATE TABLE reconciliation.outflows (
  chain text NOT NULL,
  tx_hash text NOT NULL,
  from_address text NOT NULL,
  to_address text NOT NULL,
  raw_value numeric(78,0) NOT NULL,
  nth integer NOT NULL,
  log_index integer NOT NULL,
  amount_micro bigint NOT NULL,
  block_number bigint NOT NULL,
  block_time timestamp with time zone NOT NULL,
  found_at timestamp with time zone NOT NULL,
  explained text NOT NULL,
  CONSTRAINT outflows_explained_check CHECK ((explained = ANY (ARRAY['new'::text, 'internal'::text, 'payout'::text, 'pending'::text, 'unexplained'::text, 'booked'::text]))),
  CONSTRAINT outflows_pkey PRIMARY KEY (chain, tx_hash, from_address, to_address, raw_value, nth)
);
CREATE INDEX outflows_from ON reconciliation.outflows USING btree (chain, from_address);
CREATE INDEX outflows_open ON reconciliation.outflows USING btree (chain, block_time) WHERE (explained = ANY (ARRAY['new'::text, 'pending'::text, 'unexplained'::text]));

CREATE TABLE reconciliation.progress (
  name text NOT NULL,
  place text NOT NULL,
  lease text,
  leased_until timestamp with time zone,
  CONSTRAINT progress_pkey PRIMARY KEY (name)
);

CREATE TABLE reconciliation.runs (
  run bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  started_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone NOT NULL,
  by_actor text NOT NULL,
  agrees boolean NOT NULL,
  sections jsonb NOT NULL,
  CONSTRAINT runs_pkey PRIMARY KEY (run)
);

CREATE TABLE reconciliation.solvency (
  day date NOT NULL,
  jws text NOT NULL,
  CONSTRAINT solvency_pkey PRIMARY KEY (day)
);

CREATE TABLE reconciliation.solvency_leaves (
  day date NOT NULL,
  name text NOT NULL,
  place integer NOT NULL,
  salt bytea NOT NULL,
  amount bigint NOT NULL,
  CONSTRAINT solvency_leaves_amount_check CHECK ((amount >= 0)),
  CONSTRAINT solvency_leaves_pkey PRIMARY KEY (day, name)
);

CREATE TABLE reconciliation.solvency_nodes (
  day date NOT NULL,
  level integer NOT NULL,
  place integer NOT NULL,
  digest bytea NOT NULL,
  sum bigint NOT NULL,
  CONSTRAINT solvency_nodes_sum_check CHECK ((sum >= 0)),
  CONSTRAINT solvency_nodes_pkey PRIMARY KEY (day, level, place)
);

CREATE TABLE reconciliation.wallets (
  chain text NOT NULL,
  address text NOT NULL,
  balance numeric(78,0),
  balance_at bigint,
  read_at timestamp with time zone,
  list_begins bigint,
  list_position bigint,
  listed_at timestamp with time zone,
  deep_at timestamp with time zone,
  CONSTRAINT wallets_pkey PRIMARY KEY (chain, address)
);

CREATE TABLE runtime.dead_letters (
  consumer text NOT NULL,
  key text NOT NULL,
  attempts integer NOT NULL,
  topic text,
  partition integer,
  trace text,
  body jsonb,
  cause text,
  parked_at timestamp with time zone,
  counted_at timestamp with time zone,
  CONSTRAINT dead_letters_pkey PRIMARY KEY (consumer, key)
);

CREATE TABLE runtime.migrations (
  module text NOT NULL,
  name text NOT NULL,
  digest text NOT NULL,
  ran_at timestamp with time zone NOT NULL,
  CONSTRAINT migrations_pkey PRIMARY KEY (module, name)
);

CREATE TABLE runtime.retention_clock (
  id integer NOT NULL DEFAULT 1,
  at timestamp with time zone NOT NULL,
  CONSTRAINT retention_clock_id_check CHECK ((id = 1)),
  CONSTRAINT retention_clock_pkey PRIMARY KEY (id)
);

CREATE TABLE validator.claims (
  chain text NOT NULL,
  tx_hash text NOT NULL,
  log_index integer NOT NULL,
  event_key uuid,
  payer text,
  amount_micro bigint NOT NULL,
  raw_value numeric(78,0) NOT NULL,
  from_address text NOT NULL,
  to_address text NOT NULL,
  block_number bigint NOT NULL,
  block_time timestamp with time zone NOT NULL,
  trace text NOT NULL,
  claimed_at timestamp with time zone NOT NULL,
  credited_at timestamp with time zone,
  recheck_at timestamp with time zone,
  rechecks_done integer NOT NULL,
  missing integer NOT NULL,
  vanished_at timestamp with time zone,
  reason text,
  nth integer NOT NULL DEFAULT 0,
  reversed_at timestamp with time zone,
  reversal_heard_at timestamp with time zone,
  life integer NOT NULL DEFAULT 0,
  holder text NOT NULL DEFAULT 'event'::text,
  held_for text,
  booked_from text,
  custody text,
  CONSTRAINT claims_amount_micro_check CHECK ((amount_micro > 0)),
  CONSTRAINT claims_booked_from_check CHECK ((booked_from = 'suspense'::text)),
  CONSTRAINT claims_credited_to CHECK ((((payer IS NOT NULL) AND (event_key IS NOT NULL)) = (holder = ANY (ARRAY['event'::text, 'quote'::text, 'assignment'::text])))),
  CONSTRAINT claims_custody_check CHECK ((custody = 'nowpayments'::text)),
  CONSTRAINT claims_holder_check CHECK ((holder = ANY (ARRAY['event'::text, 'quote'::text, 'assignment'::text, 'payout'::text, 'suspense'::text, 'refund'::text, 'kept'::text]))),
  CONSTRAINT claims_life_check CHECK ((life >= 0)),
  CONSTRAINT claims_nth_check CHECK ((nth >= 0)),
  CONSTRAINT claims_pkey PRIMARY KEY (chain, tx_hash, log_index, life)
);
CREATE INDEX claims_by_event ON validator.claims USING btree (event_key);
CREATE INDEX claims_of_payer ON validator.claims USING btree (payer, claimed_at) WHERE (payer IS NOT NULL);
CREATE INDEX claims_recheck ON validator.claims USING btree (recheck_at) WHERE (recheck_at IS NOT NULL);
CREATE UNIQUE INDEX claims_standing ON validator.claims USING btree (chain, tx_hash, from_address, to_address, raw_value, nth) WHERE (vanished_at IS NULL);
CREATE INDEX claims_uncredited ON validator.claims USING btree (claimed_at) WHERE (credited_at IS NULL);
CREATE INDEX claims_unreversed ON validator.claims USING btree (vanished_at) WHERE ((vanished_at IS NOT NULL) AND (reversed_at IS NULL));
CREATE INDEX claims_vanished ON validator.claims USING btree (chain, tx_hash, from_address, to_address, raw_value, nth) WHERE (vanished_at IS NOT NULL);
CREATE INDEX claims_watched_of_payer ON validator.claims USING btree (payer) WHERE (recheck_at IS NOT NULL);

CREATE TABLE validator.custody_addresses (
  chain text NOT NULL,
  address text NOT NULL,
  custodian text NOT NULL,
  CONSTRAINT custody_addresses_custodian_check CHECK ((custodian = 'nowpayments'::text)),
  CONSTRAINT custody_addresses_pkey PRIMARY KEY (chain, address)
);

CREATE TABLE validator.verdicts (
  event_key uuid NOT NULL,
  outcome text NOT NULL,
  payment jsonb,
  refusal jsonb,
  dossier jsonb,
  trace text NOT NULL,
  reason text,
  due_at timestamp with time zone,
  checks integer NOT NULL,
  until_at timestamp with time zone,
  watch_until timestamp with time zone,
  decided_at timestamp with time zone NOT NULL,
  owner text GENERATED ALWAYS AS ((dossier ->> 'owner'::text)) STORED,
  chain text GENERATED ALWAYS AS ((dossier #>> '{event,payWith,chain}'::text[])) STORED,
  cited text GENERATED ALWAYS AS (lower(regexp_replace((dossier #>> '{event,payWith,proof}'::text[]), '^0[xX]'::text, ''::text))) STORED,
  versions jsonb,
  approved boolean NOT NULL DEFAULT false,
  quote text GENERATED ALWAYS AS ((dossier #>> '{event,payWith,quote}'::text[])) STORED,
  CONSTRAINT verdicts_outcome_check CHECK ((outcome = ANY (ARRAY['validated'::text, 'refused'::text, 'waiting'::text]))),
  CONSTRAINT verdicts_pkey PRIMARY KEY (event_key)
);
CREATE INDEX verdicts_cited ON validator.verdicts USING btree (cited) WHERE (due_at IS NOT NULL);
CREATE INDEX verdicts_due ON validator.verdicts USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX verdicts_quoted_due ON validator.verdicts USING btree (due_at) WHERE ((due_at IS NOT NULL) AND (quote IS NOT NULL));
CREATE INDEX verdicts_unproven ON validator.verdicts USING btree (owner) WHERE (outcome = 'waiting'::text);
CREATE INDEX verdicts_watched ON validator.verdicts USING btree (owner) WHERE ((outcome = 'refused'::text) AND (due_at IS NOT NULL));

CREATE TABLE webhooks.attempts (
  message_id text NOT NULL,
  endpoint_id text NOT NULL,
  number integer NOT NULL,
  at timestamp with time zone NOT NULL,
  took_ms integer NOT NULL,
  status_code integer,
  failure text,
  answer text NOT NULL,
  CONSTRAINT attempts_message_id_endpoint_id_fkey FOREIGN KEY (message_id, endpoint_id) REFERENCES webhooks.deliveries(message_id, endpoint_id) ON DELETE CASCADE,
  CONSTRAINT attempts_pkey PRIMARY KEY (message_id, endpoint_id, number)
);

CREATE TABLE webhooks.deliveries (
  message_id text NOT NULL,
  endpoint_id text NOT NULL,
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  owner text NOT NULL,
  key text NOT NULL,
  status text NOT NULL,
  tries integer NOT NULL DEFAULT 0,
  attempts integer NOT NULL DEFAULT 0,
  next_at timestamp with time zone,
  ended_at timestamp with time zone,
  CONSTRAINT deliveries_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'given_up'::text, 'dropped'::text]))),
  CONSTRAINT deliveries_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES webhooks.endpoints(endpoint_id),
  CONSTRAINT deliveries_message_id_fkey FOREIGN KEY (message_id) REFERENCES webhooks.messages(message_id),
  CONSTRAINT deliveries_pkey PRIMARY KEY (message_id, endpoint_id)
);
CREATE INDEX deliveries_due ON webhooks.deliveries USING btree (endpoint_id, next_at) WHERE (status = 'pending'::text);
CREATE INDEX deliveries_log ON webhooks.deliveries USING btree (endpoint_id, seq);
CREATE INDEX deliveries_next ON webhooks.deliveries USING btree (next_at) WHERE (status = 'pending'::text);
CREATE INDEX deliveries_order ON webhooks.deliveries USING btree (endpoint_id, key, seq) WHERE (status = 'pending'::text);
CREATE INDEX deliveries_queue ON webhooks.deliveries USING btree (owner) WHERE (status = 'pending'::text);

CREATE TABLE webhooks.endpoints (
  endpoint_id text NOT NULL,
  owner text NOT NULL,
  url text NOT NULL,
  types text[] NOT NULL,
  description text NOT NULL,
  status text NOT NULL,
  disabled_for text,
  disabled_at timestamp with time zone,
  made_by text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  leased_until timestamp with time zone,
  lease text,
  last_turn_at timestamp with time zone,
  rest_until timestamp with time zone,
  failures integer NOT NULL DEFAULT 0,
  failing_since timestamp with time zone,
  CONSTRAINT endpoints_disabled_for_check CHECK ((disabled_for = ANY (ARRAY['owner'::text, 'gone'::text, 'failing'::text]))),
  CONSTRAINT endpoints_status_check CHECK ((status = ANY (ARRAY['active'::text, 'disabled'::text, 'deleted'::text]))),
  CONSTRAINT endpoints_pkey PRIMARY KEY (endpoint_id)
);
CREATE INDEX endpoints_deleted ON webhooks.endpoints USING btree (endpoint_id) WHERE (status = 'deleted'::text);
CREATE INDEX endpoints_owner ON webhooks.endpoints USING btree (owner);

CREATE TABLE webhooks.messages (
  message_id text NOT NULL,
  owner text NOT NULL,
  type text NOT NULL,
  key text NOT NULL,
  once text NOT NULL,
  body text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  CONSTRAINT messages_pkey PRIMARY KEY (message_id),
  CONSTRAINT messages_owner_key_once_key UNIQUE (owner, key, once)
);
CREATE INDEX messages_age ON webhooks.messages USING btree (created_at);

CREATE TABLE webhooks.progress (
  name text NOT NULL,
  at timestamp with time zone NOT NULL,
  CONSTRAINT progress_pkey PRIMARY KEY (name)
);

CREATE TABLE webhooks.secrets (
  endpoint_id text NOT NULL,
  secret_id text NOT NULL,
  sealed text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  ends_at timestamp with time zone,
  CONSTRAINT secrets_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES webhooks.endpoints(endpoint_id) ON DELETE CASCADE,
  CONSTRAINT secrets_pkey PRIMARY KEY (endpoint_id, secret_id)
);

CREATE CONSTRAINT TRIGGER api_keys_changed AFTER DELETE OR UPDATE ON authenticator.api_keys DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION authenticator.count_access_change();

CREATE CONSTRAINT TRIGGER operators_changed AFTER DELETE OR UPDATE ON authenticator.operators DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION authenticator.count_access_change();

CREATE CONSTRAINT TRIGGER users_changed AFTER DELETE OR UPDATE ON authenticator.users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION authenticator.count_access_change();

CREATE OR REPLACE FUNCTION authenticator.count_access_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN UPDATE authenticator.access_version SET version = version + 1; RETURN NULL; END $function$
;

CREATE OR REPLACE FUNCTION authenticator.keep_audit()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN RAISE EXCEPTION 'authenticator.audit is append-only'; END $function$
;

CREATE OR REPLACE FUNCTION authenticator.keep_mandate()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN RAISE EXCEPTION 'a mandate does not change'; END $function$
;

CREATE OR REPLACE FUNCTION authenticator.keep_proposal()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN RAISE EXCEPTION 'a proposal does not change'; END $function$
;

CREATE OR REPLACE FUNCTION matching.size_class(units bigint)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$ SELECT CASE WHEN units < 16 THEN units::integer
    ELSE (length(ltrim(units::bit(64)::text, '0')) - 4) * 8 + (units >> (length(ltrim(units::bit(64)::text, '0')) - 4))::integer END $function$
;

CREATE SEQUENCE authenticator.audit_seq_seq AS bigint;

CREATE SEQUENCE authenticator.passkey_challenges_seq_seq AS bigint;

CREATE SEQUENCE authenticator.proposals_seq_seq AS bigint;

CREATE SEQUENCE cashier.entries_seq_seq AS bigint;

CREATE SEQUENCE mirror.pairs_place_seq AS bigint;

CREATE SEQUENCE payouts.halts_halt_id_seq AS bigint;

CREATE SEQUENCE payouts.history_seq_seq AS bigint;

CREATE SEQUENCE reconciliation.runs_run_seq AS bigint;

CREATE SEQUENCE webhooks.deliveries_seq_seq AS bigint;

CREATE TRIGGER audit_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON authenticator.audit FOR EACH STATEMENT EXECUTE FUNCTION authenticator.keep_audit();

CREATE TRIGGER mandates_are_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON authenticator.mandates FOR EACH STATEMENT EXECUTE FUNCTION authenticator.keep_mandate();

CREATE TRIGGER proposals_are_kept BEFORE UPDATE ON authenticator.proposals FOR EACH ROW WHEN (((old.status <> 'open'::text) OR ((to_jsonb(new.*) - ARRAY['status'::text, 'decided_by'::text, 'decided_with'::text, 'decided_at'::text, 'decision_reason'::text]) <> (to_jsonb(old.*) - ARRAY['status'::text, 'decided_by'::text, 'decided_with'::text, 'decided_at'::text, 'decision_reason'::text])))) EXECUTE FUNCTION authenticator.keep_proposal();
