import type { Database } from "@offramp/db";

/**
 * Puts records into months long gone, as if they had been written then: only a superuser can.
 *
 * @param months each a name such as `202001`, and the number of its records.
 */
export async function oldMonths(
  admin: Database,
  months: Readonly<Record<string, number>>,
  subject = "p-old",
): Promise<void> {
  for (const [month, records] of Object.entries(months)) {
    const first = `${month.slice(0, 4)}-${month.slice(4)}-01`;
    await admin.query({
      text: `begin;
        set local timezone = 'UTC';
        set local role offramp_audit_owner;
        create table if not exists audit.phi_access_log_${month} partition of audit.phi_access_log
          for values from ('${first}') to ('${first}'::timestamptz + interval '1 month');
        reset role;
        insert into audit.phi_access_log (recorded_at, actor_id, action, relations, columns, subjects)
          select '${first}'::timestamptz + n * interval '1 minute', 'u-' || n, 'READ', '{public.profiles}', '{public.profiles.email}', '{${subject}}'
          from generate_series(1, ${records}) as n;
        commit;`,
      script: true,
    });
  }
}
