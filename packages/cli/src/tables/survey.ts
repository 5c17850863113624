import { createHash } from "node:crypto";

import type { Database, Queryable } from "@offramp/db";

import type { TableConfig } from "../config/tables-config.ts";
import { type CopyPlan, type MarkedColumn, planTables } from "../tables/plan-tables.ts";
import { readTables } from "../tables/read-tables.ts";
import { READING_SETTINGS } from "./session-settings.ts";
import type { TablePlan } from "../tables/table-plan.ts";

/** What both servers have, and what becomes of it. */
export interface Survey extends CopyPlan {
  /** Tells the source from other databases. */
  readonly sourceDatabase: string;
}

/** Looks at both servers and decides what is copied. Changes nothing. */
export async function survey(
  source: Database,
  target: Database,
  options: { readonly tables: Readonly<Record<string, TableConfig>>; readonly keyWrapper: unknown },
): Promise<Survey> {
  const [from, to] = await Promise.all([
    reading(source, async (db) => ({ tables: await readTables(db), database: await identity(db) })),
    reading(target, async (db) => ({ tables: await readTables(db), encrypted: await readEncrypted(db) })),
  ]);
  const plan = planTables({
    source: from.tables,
    target: to.tables,
    encrypted: to.encrypted,
    config: options.tables,
    hasKeyWrapper: options.keyWrapper !== undefined,
  });
  return { ...plan, sourceDatabase: from.database };
}

/** What a table's transforms are, to see that a resumed copy has the same. */
export function fingerprint(plan: TablePlan): string {
  const columns = plan.columns.map(({ source, target, change }) => [
    source,
    target,
    change.kind,
    change.kind === "map" ? String(change.map) : "",
  ]);
  const text = JSON.stringify([plan.target, columns, String(plan.filter)]);
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

function reading<T>(db: Database, work: (transaction: Queryable) => Promise<T>): Promise<T> {
  return db.transaction(
    async (transaction) => {
      await transaction.query({ text: READING_SETTINGS, script: true });
      return work(transaction);
    },
    { isolation: "repeatable read", readOnly: true },
  );
}

async function identity(db: Queryable): Promise<string> {
  const [row] = await db.query({
    text: "select datname || ' ' || oid as identity from pg_database where datname = current_database()",
  });
  return row?.["identity"] ?? "";
}

async function readEncrypted(db: Queryable): Promise<MarkedColumn[]> {
  const [there] = await db.query({
    text: "select to_regclass('offramp.encrypted_column') is not null as there",
  });
  if (there?.["there"] !== "t") return [];
  const rows = await db.query({
    text: "select *, to_json(row_key) as key_columns from offramp.encrypted_column",
  });
  return rows.map((row) => ({
    schema: row["table_schema"] ?? "",
    table: row["table_name"] ?? "",
    column: row["column_name"] ?? "",
    key: row["key_name"] ?? "",
    type: row["value_type"] ?? "",
    searchable: row["searchable"] === "t",
    rowKey: JSON.parse(row["key_columns"] ?? "[]") as string[],
  }));
}
