-- The record of who touched which protected health information, and when.
-- Runs as offramp_audit_owner.
CREATE TABLE audit.phi_access_log (
  id bigint GENERATED ALWAYS AS IDENTITY,
  -- Known to the database, whatever the writer says: a writer may not set these (see append_access).
  recorded_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  transaction_at timestamptz NOT NULL DEFAULT pg_catalog.transaction_timestamp(),
  -- The transaction that wrote the record: by it a seal knows which records can still come.
  transaction_id xid8 NOT NULL DEFAULT pg_catalog.pg_current_xact_id(),
  database_user text NOT NULL DEFAULT session_user,
  database_role text NOT NULL DEFAULT current_user,
  -- Said by the application.
  actor_id text,
  actor_role text,
  on_behalf_of text,
  purpose_of_use text,
  break_glass boolean NOT NULL DEFAULT false,
  application text,
  request_id text,
  ip inet,
  user_agent text,
  action text NOT NULL CHECK (action IN ('READ', 'CREATE', 'UPDATE', 'DELETE', 'EXECUTE')),
  relations text[] NOT NULL,
  columns text[] NOT NULL,
  filters text[] NOT NULL DEFAULT '{}',
  record_keys jsonb CHECK (pg_catalog.jsonb_typeof(record_keys) = 'object'),
  subjects text[] NOT NULL DEFAULT '{}',
  row_count bigint CHECK (row_count >= 0),
  outcome text NOT NULL DEFAULT 'success' CHECK (outcome IN ('success', 'denied', 'failed')),
  sqlstate text,
  writer_id uuid,
  writer_call bigint CHECK (writer_call > 0),
  details jsonb CHECK (pg_catalog.jsonb_typeof(details) = 'object'),
  PRIMARY KEY (id, recorded_at)
) PARTITION BY RANGE (recorded_at);
--> statement-breakpoint
-- Takes what no month's partition takes, so that a forgotten partition never stops a doctor from reading.
CREATE TABLE audit.phi_access_log_default PARTITION OF audit.phi_access_log DEFAULT;
--> statement-breakpoint
CREATE INDEX phi_access_log_recorded_at_idx ON audit.phi_access_log (recorded_at);
--> statement-breakpoint
CREATE INDEX phi_access_log_transaction_id_idx ON audit.phi_access_log (transaction_id);
--> statement-breakpoint
CREATE INDEX phi_access_log_actor_id_idx ON audit.phi_access_log (actor_id, recorded_at);
--> statement-breakpoint
CREATE INDEX phi_access_log_subjects_idx ON audit.phi_access_log USING gin (subjects);
--> statement-breakpoint
COMMENT ON TABLE audit.phi_access_log IS 'Append-only: one record for each call that touched protected health information. Never holds a PHI value.';
--> statement-breakpoint
COMMENT ON COLUMN audit.phi_access_log.id IS 'Ascending, with gaps: a call that is rolled back leaves one.';
--> statement-breakpoint
COMMENT ON COLUMN audit.phi_access_log.recorded_at IS 'The clock when the record was written. transaction_at is when its transaction began.';
--> statement-breakpoint
COMMENT ON COLUMN audit.phi_access_log.database_user IS 'session_user: the login of the connection.';
--> statement-breakpoint
COMMENT ON COLUMN audit.phi_access_log.database_role IS 'current_user: the role that SET ROLE had chosen, or the login when it had chosen none.';
--> statement-breakpoint
COMMENT ON COLUMN audit.phi_access_log.purpose_of_use IS 'A code of HL7 v3 PurposeOfUse, such as TREAT, or free text where the application allows it.';
--> statement-breakpoint
COMMENT ON COLUMN audit.phi_access_log.break_glass IS 'The actor overrode the usual limits because of an emergency.';
--> statement-breakpoint
COMMENT ON COLUMN audit.phi_access_log.filters IS 'By which columns and operators rows were looked for, such as "public.profiles.email eq". Never the values.';
--> statement-breakpoint
COMMENT ON COLUMN audit.phi_access_log.record_keys IS 'Keys of the rows returned or changed, by relation: {"public.profiles": ["…"]}. Null when not known.';
--> statement-breakpoint
COMMENT ON COLUMN audit.phi_access_log.subjects IS 'The patients whose data was touched.';
--> statement-breakpoint
COMMENT ON COLUMN audit.phi_access_log.writer_call IS 'The number of the call among those of its writer (writer_id), from 1. A number without a record is a call that is unaccounted for.';
--> statement-breakpoint
COMMENT ON COLUMN audit.phi_access_log.details IS 'What did not fit a column, such as malformed_ip (text that is no address).';
--> statement-breakpoint
-- A schema grants nothing to PUBLIC by default; said here so that it does not depend on a default.
REVOKE ALL ON SCHEMA audit FROM PUBLIC;
--> statement-breakpoint
REVOKE ALL ON audit.phi_access_log, audit.phi_access_log_default FROM PUBLIC;
--> statement-breakpoint
GRANT USAGE ON SCHEMA audit TO offramp_auditor, offramp_audit_writer;
--> statement-breakpoint
GRANT SELECT ON audit.phi_access_log TO offramp_auditor;
