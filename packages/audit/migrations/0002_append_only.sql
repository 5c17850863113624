-- Nobody changes or removes a record: not the application, not the owner, not a superuser.
-- Runs as offramp_audit_owner.
CREATE FUNCTION audit.refuse_change() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'the access trail %.% is append-only: % is refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'insufficient_privilege',
          HINT = 'Records are only added. To correct one, add another that says so.';
END
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION audit.refuse_change() FROM PUBLIC;
--> statement-breakpoint
-- A statement trigger guards the table that a statement names, and only that one: the parent and each partition need
-- their own. Called for every new partition. ALWAYS: session_replication_role = replica, which silences ordinary
-- triggers, does not silence these.
CREATE FUNCTION audit.guard_table(guarded regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  EXECUTE format(
    'CREATE TRIGGER append_only_statement BEFORE UPDATE OR DELETE OR TRUNCATE ON %s
       FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()', guarded);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only_statement', guarded);
END
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION audit.guard_table(regclass) FROM PUBLIC;
--> statement-breakpoint
SELECT audit.guard_table('audit.phi_access_log');
--> statement-breakpoint
SELECT audit.guard_table('audit.phi_access_log_default');
--> statement-breakpoint
-- And for each row: PostgreSQL carries this one over to partitions, also to those of later.
CREATE TRIGGER append_only_row
BEFORE UPDATE OR DELETE ON audit.phi_access_log
FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
--> statement-breakpoint
ALTER TABLE audit.phi_access_log ENABLE ALWAYS TRIGGER append_only_row;
