import { PgPreparedQuery, type PreparedQueryConfig } from "drizzle-orm/pg-core";
import type { PreparedStatement } from "./prepared-statement.ts";

/** A prepared statement whose every execution is recorded. */
export class AuditedQuery extends PgPreparedQuery<PreparedQueryConfig> {
  joinsNotNullableMap: Record<string, boolean> | undefined;
  readonly #statement: PreparedStatement;
  readonly #run: (statement: PreparedStatement, values: Record<string, unknown>) => Promise<unknown>;

  constructor(
    statement: PreparedStatement,
    run: (statement: PreparedStatement, values: Record<string, unknown>) => Promise<unknown>,
  ) {
    super(statement.query, undefined, undefined);
    this.#statement = statement;
    this.#run = run;
  }

  override execute(values: Record<string, unknown> = {}): Promise<unknown> {
    return this.#run({ ...this.#statement, joinsNotNullableMap: this.joinsNotNullableMap }, values);
  }
}
