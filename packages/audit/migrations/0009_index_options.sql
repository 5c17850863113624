-- Runs as offramp_audit_owner.

-- Finds the seal of a record without walking over all seals before it: for proofs and archives.
CREATE INDEX seal_to_transaction_idx ON audit.seal (to_transaction);
--> statement-breakpoint
-- Without the pending list of a GIN index: an append then never pays for the entries of those before it, and a read
-- never walks over them. Measured with 32 writers over ten million records: pnpm bench:trail --only append. The options
-- of a partitioned index cannot be changed, and new partitions copy them.
DROP INDEX audit.phi_access_log_subjects_idx;
--> statement-breakpoint
CREATE INDEX phi_access_log_subjects_idx ON audit.phi_access_log USING gin (subjects) WITH (fastupdate = off);
