import { auditMigrations } from "@offramp/audit";
import { connect, type Database, migrate } from "@offramp/db";
import type { ThrowawayPostgres } from "@offramp/db/testing";

/** How many patients there are, so that each has about as many records as a patient of a clinic. */
const RECORDS_PER_PATIENT = 100;

/** The patient that is examined: one like the others. */
export const PATIENT = "p17";

/**
 * A database with a trail of so many records over four months, made by 500 users. Its indexes are those of the
 * migrations, built after the records, which is sooner done and leaves the same.
 */
export async function largeTrail(server: ThrowawayPostgres, records: number): Promise<Database> {
  const { url } = await server.createDatabase();
  const db = connect({ url, max: 2 });
  await migrate(db, [auditMigrations()]);
  const indexes = await db.query({
    text: `select c.relname as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i join pg_class c on c.oid = i.indexrelid
      where i.indrelid = 'audit.phi_access_log'::regclass and not i.indisprimary`,
  });
  for (const { name } of indexes) await db.query({ text: `drop index audit.${name}` });
  const patients = Math.max(20, Math.round(records / RECORDS_PER_PATIENT));
  // From this month on, because these months have their partitions.
  await db.query({
    text: `insert into audit.phi_access_log
        (recorded_at, actor_id, actor_role, purpose_of_use, application, ip, action, relations, columns, record_keys, subjects, row_count, outcome)
      select date_trunc('month', now()) + interval '120 days' * (n::float8 / ${records}),
        'user-' || n % 500, 'clinician', 'TREAT', 'portal', '192.0.2.7',
        (array['READ', 'READ', 'READ', 'UPDATE'])[1 + n % 4], array['public.profiles'], array['public.profiles.email', 'public.profiles.full_name'],
        jsonb_build_object('public.profiles', jsonb_build_array(n % ${patients})), array['p' || n * 7919 % ${patients}], 1,
        case when n % 97 = 0 then 'denied' else 'success' end
      from generate_series(1, ${records}::bigint) as n`,
  });
  for (const { definition } of indexes) {
    // The catalog shows the index of the partitioned table alone; without ONLY, each partition gets its own again.
    await db.query({ text: (definition ?? "").replace(" ON ONLY ", " ON ") });
  }
  await db.query({ text: "analyze audit.phi_access_log" });
  return db;
}
