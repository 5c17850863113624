-- The record of who touched which protected health information, and when.
-- Runs as offramp_audit_owner.
--
-- Partitioning by month comes later. The shape allows it without rewriting a row: the primary key contains
-- recorded_at, as a partitioned table demands. The path is: rename this table, create a partitioned table of the
-- same shape in its place (its identity starting after this one's last id), drop the identity of the old table,
-- give it CHECK (recorded_at < first day of next month), attach it as the first partition, and create the
-- triggers of the next migration on parent and partition.
CREATE TABLE audit.phi_access_log (
  id bigint GENERATED ALWAYS AS IDENTITY,
  recorded_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  transaction_at timestamptz NOT NULL DEFAULT pg_catalog.transaction_timestamp(),
  -- Said by the application.
  actor_id text,
  actor_role text,
  on_behalf_of text,
  purpose text,
  application text,
  request_id text,
  ip inet,
  user_agent text,
  -- Known to the database, whatever the application says.
  database_user text NOT NULL,
  database_role text NOT NULL,
  action text NOT NULL CHECK (action IN ('READ', 'CREATE', 'UPDATE', 'DELETE', 'EXECUTE')),
  relations text[] NOT NULL,
  columns text[] NOT NULL,
  record_keys jsonb CHECK (pg_catalog.jsonb_typeof(record_keys) = 'object'),
  subjects text[] NOT NULL,
  row_count bigint CHECK (row_count >= 0),
  outcome text NOT NULL CHECK (outcome IN ('success', 'denied', 'failed')),
  sqlstate text,
  details jsonb,
  PRIMARY KEY (id, recorded_at)
);
--> statement-breakpoint
CREATE INDEX phi_access_log_recorded_at_idx ON audit.phi_access_log (recorded_at);
--> statement-breakpoint
CREATE INDEX phi_access_log_actor_id_idx ON audit.phi_access_log (actor_id, recorded_at);
--> statement-breakpoint
CREATE INDEX phi_access_log_action_idx ON audit.phi_access_log (action, recorded_at);
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
COMMENT ON COLUMN audit.phi_access_log.database_role IS 'The role that SET ROLE had chosen, or the login when it had chosen none.';
--> statement-breakpoint
COMMENT ON COLUMN audit.phi_access_log.record_keys IS 'Keys of the rows returned or changed, by relation: {"public.profiles": ["…"]}. Null when not known.';
--> statement-breakpoint
COMMENT ON COLUMN audit.phi_access_log.subjects IS 'The patients whose data was touched.';
--> statement-breakpoint
COMMENT ON COLUMN audit.phi_access_log.details IS 'What did not fit a column: malformed_ip (text that is no address), unrecognised (fields of the call that this version does not know).';
--> statement-breakpoint
-- A schema grants nothing to PUBLIC by default; said here so that it does not depend on a default.
REVOKE ALL ON SCHEMA audit FROM PUBLIC;
--> statement-breakpoint
REVOKE ALL ON audit.phi_access_log FROM PUBLIC;
--> statement-breakpoint
GRANT USAGE ON SCHEMA audit TO offramp_auditor, offramp_audit_writer;
--> statement-breakpoint
GRANT SELECT ON audit.phi_access_log TO offramp_auditor;
