import type { Queryable } from "@offramp/db";

/** The fields of a call that every record needs. */
export const anAccess: Readonly<Record<string, unknown>> = {
  actor_id: "u-17",
  action: "READ",
  relations: ["public.profiles"],
  columns: ["public.profiles.email"],
};

export interface Access {
  readonly call: unknown;
  readonly recordKeys?: unknown;
  readonly subjects?: readonly (string | null)[] | null;
  readonly rowCount?: number | null;
  readonly outcome?: string;
  readonly sqlstate?: string;
}

/** Calls `audit.append_access` and resolves to the record's id. */
export async function append(db: Queryable, access: Access): Promise<string> {
  const [row] = await db.query({
    text: `select audit.append_access(
      $1::text::jsonb, $2::text::jsonb,
      (select array_agg(s) from jsonb_array_elements_text($3::text::jsonb) s),
      $4::text::bigint, $5, $6) as id`,
    values: [
      JSON.stringify(access.call),
      JSON.stringify(access.recordKeys === undefined ? { "public.profiles": ["p1"] } : access.recordKeys),
      JSON.stringify(access.subjects === undefined ? ["p1"] : (access.subjects ?? [])),
      access.rowCount === null ? null : String(access.rowCount ?? 1),
      access.outcome ?? "success",
      access.sqlstate ?? null,
    ],
  });
  return row?.["id"] ?? "";
}
