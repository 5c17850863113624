import type { Database } from "@offramp/db";

import { extensionWayOut, hasExtension } from "../supabase/rds-extensions.ts";
import { type DoctorPoint, point } from "./point.ts";

/**
 * Whether the target's server has every extension that the source uses. Where no target answers, what Amazon RDS has is compared
 * instead. Reads `pg_extension` of the source and `pg_available_extensions` of the target.
 */
export async function checkExtensions(
  source: Database,
  target: Database | undefined,
): Promise<readonly DoctorPoint[]> {
  const used = await names(source, "select extname as name from pg_catalog.pg_extension order by 1");
  const available =
    target === undefined
      ? undefined
      : new Set(await names(target, "select name from pg_catalog.pg_available_extensions"));
  const where = available === undefined ? "Amazon RDS" : "the target's server";
  const missing = used.filter((name) => !hasExtension(name, available));
  if (missing.length === 0)
    return [
      {
        name: "extensions",
        verdict: "passed",
        found: `${where} has all ${used.length} that the source uses`,
      },
    ];
  return missing.map((name) =>
    point(`extension ${name}`, false, {
      found: `the source uses it, and ${where} does not have it`,
      remedy:
        available !== undefined && hasExtension(name)
          ? `Install it on the target's server; Amazon RDS has it. Without it: ${extensionWayOut(name)}`
          : extensionWayOut(name),
    }),
  );
}

async function names(db: Database, text: string): Promise<string[]> {
  return (await db.query({ text })).map(({ name }) => name ?? "");
}
