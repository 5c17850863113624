import { type Queryable, ServerError } from "@offramp/db";
import type { Catalog } from "../../schema-cache/index.ts";
import { readJson } from "./read-json.ts";
import { MARKS_SQL } from "./session-sql.ts";

/** An audit trail that the role may not use is no reason to work without one: the load fails, with the way out. */
export async function readMarks(queryable: Queryable, role: string): Promise<NonNullable<Catalog["phi"]>> {
  try {
    return await readJson(queryable, MARKS_SQL);
  } catch (error) {
    if (!(error instanceof ServerError) || error.code !== "42501") throw error;
    throw new ServerError(
      {
        code: "42501",
        message: `The database has an audit trail, but the role "${role}" may not write to it.`,
        hint: `As the role that runs the migrations, call grantAuditWriter(db, ${JSON.stringify(role)}) of @offramp/audit.`,
      },
      { cause: error },
    );
  }
}
