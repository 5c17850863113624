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
-- Once for the statement, so that an UPDATE or DELETE that finds no row is refused as well.
CREATE TRIGGER append_only_statement
BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.phi_access_log
FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
--> statement-breakpoint
-- And for each row: row triggers are the ones that PostgreSQL carries over to partitions.
CREATE TRIGGER append_only_row
BEFORE UPDATE OR DELETE ON audit.phi_access_log
FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
--> statement-breakpoint
-- ALWAYS: session_replication_role = replica, which silences ordinary triggers, does not silence these.
ALTER TABLE audit.phi_access_log
  ENABLE ALWAYS TRIGGER append_only_statement,
  ENABLE ALWAYS TRIGGER append_only_row;
