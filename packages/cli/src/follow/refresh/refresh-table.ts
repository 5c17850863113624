import { type Database, quoteIdentifier, type ReservedConnection, type Row } from "@offramp/db";

import { changeStatement } from "../apply/change-statement.ts";
import { type FollowedTable, hasKey, type NamedRow } from "../apply/followed-table.ts";

/** What a refresh changed on the target. */
export interface Refreshed {
  readonly written: number;
  readonly deleted: number;
}

const FETCH = 2_000;

/**
 * Makes a table of the target equal to the source's, for tables whose changes the source cannot publish: those of another owner,
 * such as `auth.users`, and unlogged ones. Both sides are compared by a checksum for each key, and only rows that differ travel;
 * a table without a key is written anew. One transaction of the target.
 *
 * Checksums of all keys are held in memory: about 100 bytes a row.
 *
 * SQL: `select id::text, hashtextextended(row(a::text, b::text)::text, 0) from t`
 *
 * @throws {Error} a configuration changes the table's rows on their way, so they cannot be compared.
 */
export async function refreshTable(
  databases: { readonly source: Database; readonly target: Database },
  table: FollowedTable,
): Promise<Refreshed> {
  if (table.transform !== undefined)
    throw new Error(
      `${table.schema}.${table.name}: the source cannot publish its changes, and the configuration changes its rows on their way, so it cannot be refreshed. Leave it as it is, or use a role that owns it.`,
    );
  const connection = await databases.target.reserve();
  try {
    await connection.query({ text: "begin" });
    await connection.query({ text: "set local session_replication_role = replica" });
    const refreshed = await (hasKey(table) ? refreshKeyed : writeAnew)(databases.source, connection, table);
    await connection.query({ text: "commit" });
    return refreshed;
  } finally {
    await connection.release();
  }
}

async function refreshKeyed(
  source: Database,
  target: ReservedConnection,
  table: FollowedTable,
): Promise<Refreshed> {
  const missing = new Map<string, string>();
  await eachRow(
    source,
    checksums(table, "source"),
    (row) => void missing.set(row["key"] ?? "", row["sum"] ?? ""),
  );
  const gone: string[] = [];
  const there = await target.query({ text: checksums(table, "target") });
  for (const row of there) {
    const key = row["key"] ?? "";
    const sum = missing.get(key);
    if (sum === undefined) gone.push(key);
    else if (sum === row["sum"]) missing.delete(key);
  }
  const keys = keyColumns(table);
  for (const key of gone) {
    const values = JSON.parse(key) as readonly string[];
    const before = Object.fromEntries(keys.map(({ target: name }, index) => [name, values[index] ?? null]));
    await target.query(changeStatement({ kind: "delete", table, before, converge: true }));
  }
  const wanted = [...missing.keys()];
  for (let at = 0; at < wanted.length; at += FETCH) {
    const rows = await source.query({
      text: `select ${selected(table)} from ${place(table)} where ${keyText(keys.map((key) => key.source))} = any (array(select jsonb_array_elements_text($1::jsonb)))`,
      values: [JSON.stringify(wanted.slice(at, at + FETCH))],
    });
    await write(target, table, rows);
  }
  return { written: wanted.length, deleted: gone.length };
}

async function writeAnew(
  source: Database,
  target: ReservedConnection,
  table: FollowedTable,
): Promise<Refreshed> {
  const { schema, name } = table.target;
  const before = await target.query({
    text: `with gone as (delete from ${quoteIdentifier(schema)}.${quoteIdentifier(name)} returning 1) select count(*) as n from gone`,
  });
  let written = 0;
  const batch: Row[] = [];
  await eachRow(source, `select ${selected(table)} from ${place(table)}`, async (row) => {
    batch.push(row);
    written += 1;
    if (batch.length >= FETCH) await write(target, table, batch.splice(0));
  });
  await write(target, table, batch);
  return { written, deleted: Number(before[0]?.["n"]) };
}

async function write(target: ReservedConnection, table: FollowedTable, rows: readonly Row[]): Promise<void> {
  const sent = rows.map((row) =>
    target.query(changeStatement({ kind: "insert", table, row: named(table, row), converge: true })),
  );
  await Promise.all(sent);
}

async function eachRow(db: Database, text: string, onRow: (row: Row) => void | Promise<void>): Promise<void> {
  await db.transaction(
    async (transaction) => {
      await transaction.query({ text: `declare offramp_refresh no scroll cursor for ${text}` });
      for (;;) {
        const rows = await transaction.query({ text: `fetch ${FETCH} from offramp_refresh` });
        for (const row of rows) await onRow(row);
        if (rows.length < FETCH) return;
      }
    },
    { isolation: "repeatable read", readOnly: true },
  );
}

function checksums(table: FollowedTable, side: "source" | "target"): string {
  const columns = copiedColumns(table).map((column) => column[side]);
  const from =
    side === "source"
      ? place(table)
      : `${quoteIdentifier(table.target.schema)}.${quoteIdentifier(table.target.name)}`;
  const row = columns.map((name) => `${quoteIdentifier(name)}::text`).join(", ");
  return `select ${keyText(keyColumns(table).map((column) => column[side]))} as key, hashtextextended(row(${row})::text, 0)::text as sum from ${from}`;
}

/** The key as one text, which is also its JSON. */
function keyText(columns: readonly string[]): string {
  return `jsonb_build_array(${columns.map((name) => `${quoteIdentifier(name)}::text`).join(", ")})::text`;
}

function selected(table: FollowedTable): string {
  return copiedColumns(table)
    .map(({ source }) => `${quoteIdentifier(source)}::text as ${quoteIdentifier(source)}`)
    .join(", ");
}

function named(table: FollowedTable, row: Row): NamedRow {
  return Object.fromEntries(copiedColumns(table).map(({ source, target }) => [target, row[source] ?? null]));
}

function copiedColumns({
  columnOf,
}: FollowedTable): readonly { readonly source: string; readonly target: string }[] {
  return [...columnOf].flatMap(([source, target]) => (target === null ? [] : [{ source, target }]));
}

function keyColumns(table: FollowedTable): readonly { readonly source: string; readonly target: string }[] {
  const keys = new Set(table.target.columns.filter(({ key }) => key).map(({ name }) => name));
  return copiedColumns(table).filter(({ target }) => keys.has(target));
}

function place({ schema, name }: FollowedTable): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}
