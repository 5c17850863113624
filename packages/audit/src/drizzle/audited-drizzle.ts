import type { Database } from "@offramp/db";
import { PgDatabase, type PgDialect } from "drizzle-orm/pg-core";
import type { AnyDatabase, AnySession } from "./any-driver.ts";
import { auditedDialect } from "./audited-dialect.ts";
import { AuditedSession } from "./audited-session.ts";
import type { SchemaConfig } from "./auditing.ts";
import { counted } from "./counted.ts";
import { Recorder } from "./recorder.ts";

/**
 * What is used of the trail: where it is kept.
 *
 * @example
 * ```ts
 * import type { TrailDatabase } from "@offramp/audit/drizzle";
 * import { connect } from "@offramp/db";
 *
 * const trail: TrailDatabase = { database: connect() };
 * console.log(trail.database.description);
 * ```
 */
export interface TrailDatabase {
  /** The database that holds the trail, the one that Drizzle works on. */
  readonly database: Database;
}

/**
 * The same Drizzle database, on which every select, insert, update, delete and relational query that touches PHI is
 * recorded in its own transaction: if the record cannot be written, nothing is returned and nothing changed.
 *
 * What holds PHI is what the database says (`audit.phi_column`), with what inherits from it and every view over it.
 * Which rows it was is read with the rows: the statement brings their keys and patients along. Rows that are
 * grouped, aggregated, distinct or combined have none; their record has the columns and the count.
 *
 * SQL written by hand is refused unless `declareAccess` says what it touches. A statement without PHI runs as it
 * would without the trail. Drizzle's cache is never asked.
 *
 * A call that fails is recorded as failed or denied, outside its transaction; its `DrizzleQueryError` comes without
 * the statement's parameters. Rows that a transaction showed before it was rolled back are recorded as read.
 *
 * @param db a Drizzle database of any PostgreSQL driver that has transactions.
 * @param trail where the records of failures go, and where the inventory is read.
 * @throws {UndeclaredAccessError} from a statement that cannot be understood.
 *
 * @example
 * ```ts
 * import { auditedDrizzle } from "@offramp/audit/drizzle";
 * import { withActor } from "@offramp/audit";
 * import { connect } from "@offramp/db";
 * import * as schema from "@offramp/db/schema";
 * import { eq } from "drizzle-orm";
 * import { drizzle } from "drizzle-orm/postgres-js";
 *
 * const db = auditedDrizzle(drizzle(process.env.DATABASE_URL ?? "", { schema }), { database: connect() });
 * const chart = await withActor({ id: "u-17", purposeOfUse: "TREAT" }, () =>
 *   db.select().from(schema.profiles).where(eq(schema.profiles.email, "ada@example.com")),
 * );
 * console.log(chart);
 * ```
 */
export function auditedDrizzle<Drizzle extends AnyDatabase>(
  db: Drizzle,
  trail: TrailDatabase,
): Omit<Drizzle, "$client"> {
  const { dialect, _: parts } = db as unknown as { readonly dialect: PgDialect; readonly _: Parts };
  const schema = { schema: parts.schema, fullSchema: parts.fullSchema, tableNamesMap: parts.tableNamesMap };
  const auditing = { dialect: auditedDialect(dialect), recorder: new Recorder(trail.database), schema };
  const audited = new AuditedDatabase(
    auditing.dialect,
    new AuditedSession(parts.session, auditing),
    schema as never,
  );
  return audited as unknown as Omit<Drizzle, "$client">;
}

interface Parts extends SchemaConfig {
  readonly session: AnySession;
}

// oxlint-disable-next-line typescript/no-explicit-any -- as in AnyDatabase.
class AuditedDatabase extends PgDatabase<any, any, any> {
  override $count: AnyDatabase["$count"] = (source, filters) =>
    counted(this._.session, source as never, filters);
}
