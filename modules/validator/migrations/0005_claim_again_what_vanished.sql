-- Why: a payment that vanished and is seen again at the same log index is claimed again, as another life of it; else it were lost.
-- Older code survives this: yes, it goes on refusing what vanished; claims of a later life it neither makes nor understands.
ALTER TABLE validator.claims ADD COLUMN life integer NOT NULL DEFAULT 0 CHECK (life >= 0);
ALTER TABLE validator.claims DROP CONSTRAINT claims_pkey, ADD PRIMARY KEY (chain, tx_hash, log_index, life);
