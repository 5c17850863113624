import { type TrailDatabase, trailDatabase } from "../trail-database.ts";

/** A record to be put into the trail at a time of its own, which only a superuser can. */
export interface PastAccess {
  readonly at: string;
  readonly actor?: string | null;
  readonly subjects?: readonly string[];
  readonly action?: string;
  readonly outcome?: string;
  readonly sqlstate?: string;
  readonly breakGlass?: boolean;
  readonly purpose?: string;
  readonly userAgent?: string;
}

/** A trail with these records, in the order of their ids. */
export async function examinedTrail(accesses: readonly PastAccess[]): Promise<TrailDatabase> {
  const trail = await trailDatabase();
  for (const access of accesses) {
    await trail.admin.query({
      text: `insert into audit.phi_access_log
        (recorded_at, actor_id, actor_role, purpose_of_use, break_glass, user_agent, action, relations, columns, subjects, row_count, outcome, sqlstate)
        values ($1::timestamptz, $2, 'clinician', $3, $4::boolean, $5, $6, array['public.profiles'], array['public.profiles.email'],
          array(select json_array_elements_text($7::text::json)), 1, $8, $9)`,
      values: [
        access.at,
        access.actor === undefined ? "lena" : access.actor,
        access.purpose ?? "TREAT",
        String(access.breakGlass ?? false),
        access.userAgent ?? null,
        access.action ?? "READ",
        JSON.stringify(access.subjects ?? ["ada"]),
        access.outcome ?? "success",
        access.sqlstate ?? null,
      ],
    });
  }
  return trail;
}
