import { auditMigrations } from "@offramp/audit";
import { connect, type Database, migrate, type Queryable } from "@offramp/db";

export interface FillPlan {
  readonly records: number;
  /** Over how many months they are spread, up to now. */
  readonly months: number;
  /** How many patients there are. Some are looked at much more often than most: the density falls as 1/√n. */
  readonly patients: number;
}

/** Patient 0 is the most frequent one, the last one the rarest. */
export function patientId(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
}

/** Records of one transaction. */
const BATCH = 1_000;

/**
 * A trail as a clinic might have it: each record names an actor, one to three patients, columns, filters and keys. The
 * database makes it, so that ten million take minutes; its indexes are built afterwards.
 */
export async function fillTrail(url: string, { records, months, patients }: FillPlan): Promise<Database> {
  const db = connect({ url, max: 4 });
  await migrate(db, [auditMigrations()]);
  await db.query({ text: monthsBefore(months), script: true });
  const indexes = await secondaryIndexes(db);
  for (const { name } of indexes) await db.query({ text: `drop index audit.${name}` });
  await db.query({ text: filling({ records, months, patients }), script: true });
  await db.query({ text: "call fill_trail()" });
  for (const { definition } of indexes) await db.query({ text: definition });
  await db.query({ text: "analyze audit.phi_access_log" });
  return db;
}

const monthsBefore = (months: number): string => `do $$
  declare month timestamptz;
  begin
    perform set_config('timezone', 'UTC', true);
    perform set_config('role', 'offramp_audit_owner', true);
    for month in select generate_series(date_trunc('month', now()) - interval '${months} months', date_trunc('month', now()) - interval '1 month', '1 month') loop
      execute format('create table audit.%I partition of audit.phi_access_log for values from (%L) to (%L)',
        'phi_access_log_' || to_char(month, 'YYYYMM'), month, month + interval '1 month');
    end loop;
  end $$`;

const filling = ({ records, months, patients }: FillPlan): string => `
  create function patient(number bigint) returns text language sql immutable
    return '00000000-0000-4000-8000-' || lpad(to_hex(number), 12, '0');
  create procedure fill_trail() language plpgsql as $$
  begin
    for batch in 0..${Math.ceil(records / BATCH) - 1} loop
      insert into audit.phi_access_log (
        recorded_at, actor_id, actor_role, purpose_of_use, application, request_id, ip, user_agent, action,
        relations, columns, filters, record_keys, subjects, row_count, writer_id, writer_call)
      select now() - interval '${months} months' * (1 - n / ${records}::float8),
        'u-' || floor(400 * power(random(), 2)), 'clinician', 'TREAT', 'clinic', 'r-' || n, '192.0.2.7',
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36', case when n % 7 = 0 then 'UPDATE' else 'READ' end,
        '{public.profiles}', '{public.profiles.email,public.profiles.full_name}', '{"public.profiles.id eq"}',
        jsonb_build_object('public.profiles', touched.ids), touched.ids, cardinality(touched.ids),
        '6ce4a4a5-76d3-4f5f-a9e0-000000000001', n
      from generate_series(batch * ${BATCH} + 1, least((batch + 1) * ${BATCH}, ${records})) as n,
        lateral (
          select array_agg(distinct patient(floor(${patients} * power(random(), 2))::bigint)) as ids
          from generate_series(1, 1 + (n % 10 = 0)::int + (n % 50 = 0)::int)
        ) as touched;
      commit;
    end loop;
  end $$;`;

async function secondaryIndexes(
  db: Queryable,
): Promise<readonly { readonly name: string; readonly definition: string }[]> {
  const rows = await db.query({
    text: `select c.relname as name, replace(pg_get_indexdef(c.oid), ' ON ONLY ', ' ON ') as definition
      from pg_index i join pg_class c on c.oid = i.indexrelid
      where i.indrelid = 'audit.phi_access_log'::regclass and not i.indisprimary`,
  });
  return rows.map(({ name, definition }) => ({ name: name ?? "", definition: definition ?? "" }));
}
