import { type MigrationSource, quoteIdentifier, repeatable } from "@offramp/db";

const PUBLIC_PREFIX = "'^public\\.'";

/**
 * A view `phi_access_log` in the application's schema, with the columns that a hand-made access log usually has, so that
 * queries written for one go on: `SELECT count(*) FROM phi_access_log WHERE timestamp > now() - interval '1 hour'`.
 *
 * Columns: id, timestamp, user_id, action (`READ`, `WRITE`, `UPDATE`, `DELETE`), table_name (without `public.`),
 * record_id, ip_address, user_agent, details, success. It has one row for each row that a call touched, and one without
 * a record_id where the trail names none. It shows what its reader may read of the trail itself (`security_invoker`,
 * PostgreSQL 15): members of `offramp_auditor`, and nobody else.
 *
 * It is the migrating role's own, which needs CREATE on the schema. A table of that name is left alone, with an error.
 *
 * @param options.schema where the view is made. Default `public`.
 *
 * @example
 * ```ts
 * import { accessLogView, auditMigrations } from "@offramp/audit";
 * import { connect, migrate } from "@offramp/db";
 *
 * const db = connect();
 * await migrate(db, [auditMigrations(), accessLogView()]);
 * console.log(await db.query({ text: "select count(*) from phi_access_log" }));
 * await db.close();
 * ```
 */
export function accessLogView(options: { readonly schema?: string } = {}): MigrationSource {
  const { schema = "public" } = options;
  const create = `CREATE OR REPLACE VIEW ${quoteIdentifier(schema)}.phi_access_log
WITH (security_invoker = true) AS
SELECT
  log.id,
  log.recorded_at AS "timestamp",
  log.actor_id AS user_id,
  CASE log.action WHEN 'CREATE' THEN 'WRITE' WHEN 'EXECUTE' THEN 'READ' ELSE log.action END AS action,
  pg_catalog.regexp_replace(touched.relation, ${PUBLIC_PREFIX}, '') AS table_name,
  touched.key AS record_id,
  log.ip AS ip_address,
  log.user_agent,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'columns', log.columns, 'subjects', log.subjects, 'purpose_of_use', log.purpose_of_use,
    'request_id', log.request_id, 'outcome', log.outcome, 'sqlstate', log.sqlstate, 'more', log.details
  )) AS details,
  log.outcome = 'success' AS success
FROM audit.phi_access_log AS log
CROSS JOIN LATERAL (
  SELECT relation, key
  FROM pg_catalog.unnest(log.relations) AS relation
  LEFT JOIN LATERAL pg_catalog.jsonb_array_elements_text(
    CASE pg_catalog.jsonb_typeof(log.record_keys -> relation) WHEN 'array' THEN log.record_keys -> relation END
  ) AS key ON true
) AS touched`;
  return { name: "audit-access-log-view", migrations: () => [repeatable("view", [create])] };
}
