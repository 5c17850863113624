import { type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import { PgCountBuilder } from "drizzle-orm/pg-core/query-builders/count";
import type { AnySession } from "./any-driver.ts";
import { noteOrigin } from "./origin.ts";

/** `$count()`, which Drizzle writes as text around a table and a filter, with what it is noted beside it. */
export function counted(
  session: AnySession,
  source: PgTable | SQL,
  filters: SQL | undefined,
): PgCountBuilder<AnySession> {
  const count = new PgCountBuilder({ source, ...(filters === undefined ? {} : { filters }), session });
  const { sql: statement } = count as unknown as { readonly sql: SQL };
  noteOrigin(statement, {
    kind: "select",
    config: { table: source, fields: { count: sql`count(*)` }, where: filters, setOperators: [] } as never,
  });
  return count;
}
