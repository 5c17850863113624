import { type MigrationSource, repeatable } from "@offramp/db";

const guard = `CREATE OR REPLACE FUNCTION offramp.guard_trail() RETURNS event_trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  frames text;
  touched text;
BEGIN
  -- Whoever may drop this trigger is not stopped by it.
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = session_user AND rolsuper)
    OR EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_superuser' AND pg_has_role(session_user, oid, 'MEMBER'))
  THEN
    RETURN;
  END IF;
  -- The trail's own functions make and drop partitions. The outermost frame is the call that the session made; what
  -- a statement's text says can only stand further in.
  GET DIAGNOSTICS frames = PG_CONTEXT;
  IF reverse(split_part(reverse(frames), E'\\n', 1)) ~ '^PL/pgSQL function audit\\.[a-z_]+\\(' THEN
    RETURN;
  END IF;

  IF tg_event = 'sql_drop' THEN
    SELECT min(object_identity) INTO touched FROM pg_event_trigger_dropped_objects()
    WHERE NOT is_temporary
      AND (schema_name = 'audit' OR object_identity ~ ' on audit\\.' OR (object_type = 'schema' AND object_identity = 'audit'));
  ELSE
    SELECT min(object_identity) INTO touched FROM pg_event_trigger_ddl_commands()
    WHERE schema_name = 'audit' OR object_identity ~ ' on audit\\.'
      OR (object_type = 'schema' AND object_identity = 'audit');
    -- Renamed or moved, the trail has another name by now.
    IF to_regclass('audit.phi_access_log') IS NULL THEN
      touched := coalesce(touched, 'audit.phi_access_log');
    END IF;
  END IF;
  IF touched IS NOT NULL THEN
    RAISE EXCEPTION 'the access trail is guarded: % of % is refused', tg_tag, touched
      USING ERRCODE = 'insufficient_privilege',
            HINT = 'A superuser changes the trail, with its migrations.';
  END IF;
END
$$`;

const statements = [
  guard,
  "REVOKE ALL ON FUNCTION offramp.guard_trail() FROM PUBLIC",
  "DROP EVENT TRIGGER IF EXISTS offramp_guard_trail_end",
  "DROP EVENT TRIGGER IF EXISTS offramp_guard_trail_drop",
  "CREATE EVENT TRIGGER offramp_guard_trail_end ON ddl_command_end EXECUTE FUNCTION offramp.guard_trail()",
  "CREATE EVENT TRIGGER offramp_guard_trail_drop ON sql_drop EXECUTE FUNCTION offramp.guard_trail()",
];

/**
 * Refuses ALTER, DROP, RENAME and every other DDL on the trail to everyone but superusers: also to its owner, and to
 * those who can become it. Two event triggers do it, which only a superuser (on RDS, a member of `rds_superuser`) can
 * make; from then on, the trail's migrations need one too. Its own functions go on making and dropping partitions.
 *
 * @example
 * ```ts
 * import { auditMigrations, ddlGuard } from "@offramp/audit";
 * import { connect, migrate } from "@offramp/db";
 *
 * const db = connect({ url: "postgres://postgres@localhost:5432/clinic" });
 * await migrate(db, [auditMigrations(), ddlGuard()]);
 * await db.close();
 * ```
 */
export function ddlGuard(): MigrationSource {
  return { name: "audit-ddl-guard", migrations: () => [repeatable("guard", statements)] };
}
