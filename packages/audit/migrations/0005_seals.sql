-- Seals: signed statements over blocks of records, each over the one before it.
-- Runs as offramp_audit_owner.
CREATE TABLE audit.seal (
  number bigint PRIMARY KEY CHECK (number >= 0),
  -- Says everything that is signed. The format is in the README of @offramp/audit.
  statement text NOT NULL,
  signature bytea NOT NULL,
  -- The records of transactions before this one are sealed.
  to_transaction xid8 NOT NULL,
  -- For each record in the order of their ids: the id (8 bytes, big-endian) and the hash of its encoding (32 bytes).
  leaves bytea NOT NULL
);
--> statement-breakpoint
-- Hashes do not compress.
ALTER TABLE audit.seal ALTER COLUMN leaves SET STORAGE EXTERNAL;
--> statement-breakpoint
COMMENT ON TABLE audit.seal IS 'Append-only: signed statements over blocks of audit.phi_access_log, each over the one before it.';
--> statement-breakpoint
SELECT audit.guard_table('audit.seal');
--> statement-breakpoint
CREATE TRIGGER append_only_row
BEFORE UPDATE OR DELETE ON audit.seal
FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
--> statement-breakpoint
ALTER TABLE audit.seal ENABLE ALWAYS TRIGGER append_only_row;
--> statement-breakpoint
REVOKE ALL ON audit.seal FROM PUBLIC;
--> statement-breakpoint
GRANT USAGE ON SCHEMA audit TO offramp_audit_sealer;
--> statement-breakpoint
GRANT SELECT ON audit.phi_access_log, audit.seal TO offramp_audit_sealer;
--> statement-breakpoint
GRANT INSERT ON audit.seal TO offramp_audit_sealer;
--> statement-breakpoint
GRANT SELECT ON audit.seal TO offramp_auditor;
