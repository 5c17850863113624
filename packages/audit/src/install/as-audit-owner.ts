/**
 * Statements that make the rest of a migration run as the owner of the trail, and step down again.
 *
 * Nobody logs in as `offramp_audit_owner`. The migrating role takes its membership inside the
 * migration's transaction and gives it back before the commit, so between migrations no role of the
 * application can act as the owner. CREATEROLE and CREATE on the database are enough; a superuser
 * needs no membership. Since PostgreSQL 16 the creator of a role holds only the right to grant it
 * (ADMIN), before 16 CREATEROLE grants any role: a plain GRANT to oneself works with both.
 */
const becomeOwner: string = `DO $offramp$
DECLARE
  name text;
  set_privilege CONSTANT text := CASE
    WHEN pg_catalog.current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END;
  inherited CONSTANT text := CASE
    WHEN pg_catalog.current_setting('server_version_num')::int >= 160000 THEN ' WITH INHERIT TRUE' ELSE '' END;
  schema_owner text;
BEGIN
  -- Roles belong to the server: another of its databases may have them already, or be making them right now.
  FOREACH name IN ARRAY ARRAY['offramp_audit_owner', 'offramp_auditor', 'offramp_audit_writer', 'offramp_audit_sealer', 'offramp_audit_retainer'] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = name) THEN
      BEGIN
        EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', name);
      EXCEPTION
        WHEN duplicate_object OR unique_violation THEN NULL;
        WHEN insufficient_privilege THEN
          RAISE EXCEPTION 'the audit migration cannot create the role %: % lacks CREATEROLE', name, current_user
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Run the migration as a role with CREATEROLE (on RDS, the master user has it).';
      END;
    END IF;
  END LOOP;
  IF EXISTS (
    SELECT FROM pg_catalog.pg_roles
    WHERE rolname = 'offramp_audit_owner' AND (rolcanlogin OR rolsuper OR rolcreaterole OR rolbypassrls)
  ) THEN
    RAISE EXCEPTION 'the role offramp_audit_owner has rights that the owner of the audit trail must not have'
      USING ERRCODE = 'object_not_in_prerequisite_state',
            HINT = 'As a superuser: ALTER ROLE offramp_audit_owner NOLOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS';
  END IF;

  BEGIN
    IF NOT pg_catalog.pg_has_role(current_user, 'offramp_audit_owner', set_privilege) THEN
      EXECUTE pg_catalog.format('GRANT offramp_audit_owner TO %I', current_user);
      PERFORM pg_catalog.set_config('offramp_audit.borrowed_by', current_user, true);
    END IF;
  EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'the role % cannot act as offramp_audit_owner, which another role created', current_user
      USING ERRCODE = 'insufficient_privilege',
            HINT = pg_catalog.format(
              'As that role or a superuser: GRANT offramp_audit_owner, offramp_audit_writer TO %I WITH ADMIN OPTION',
              current_user);
  END;
  BEGIN
    IF NOT pg_catalog.pg_has_role(current_user, 'offramp_audit_writer', 'USAGE') THEN
      EXECUTE pg_catalog.format('GRANT offramp_audit_writer TO %I%s', current_user, inherited);
    END IF;
  EXCEPTION WHEN unique_violation THEN NULL; -- granted at the same moment through another database
  END;

  SELECT r.rolname INTO schema_owner
  FROM pg_catalog.pg_namespace n JOIN pg_catalog.pg_roles r ON r.oid = n.nspowner
  WHERE n.nspname = 'audit';
  IF schema_owner IS NULL THEN
    CREATE SCHEMA audit AUTHORIZATION offramp_audit_owner;
  ELSIF schema_owner <> 'offramp_audit_owner' THEN
    RAISE EXCEPTION 'this database has a schema named audit that is not the access trail: it belongs to %', schema_owner
      USING ERRCODE = 'duplicate_schema',
            HINT = 'Rename it (ALTER SCHEMA audit RENAME TO …), then run the migration again.';
  END IF;

  PERFORM pg_catalog.set_config('offramp_audit.previous_role', pg_catalog.current_setting('role'), true);
  PERFORM pg_catalog.set_config('role', 'offramp_audit_owner', true);
END
$offramp$`;

const stepDown: string = `DO $offramp$
BEGIN
  PERFORM pg_catalog.set_config('role', pg_catalog.current_setting('offramp_audit.previous_role'), true);
  IF pg_catalog.current_setting('offramp_audit.borrowed_by', true) = current_user THEN
    EXECUTE pg_catalog.format('REVOKE offramp_audit_owner FROM %I', current_user);
    PERFORM pg_catalog.set_config('offramp_audit.borrowed_by', '', true);
  END IF;
END
$offramp$`;

/** The statements, to be run in one transaction, with those around them that make them run as the owner of the trail. */
export function asAuditOwner(statements: readonly string[]): readonly string[] {
  return [becomeOwner, ...statements, stepDown];
}
