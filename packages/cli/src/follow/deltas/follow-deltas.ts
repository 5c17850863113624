import { type Database, quoteIdentifier, type Row } from "@offramp/db";

import { changeStatement } from "../apply/change-statement.ts";
import { type FollowedTable, hasKey, type NamedRow } from "../apply/followed-table.ts";
import { readSeen, storeSeen } from "./delta-state.ts";

/** Which tables can be followed by the moment of their rows' last change, and why the others cannot. */
export interface DeltaPlan {
  readonly tables: readonly FollowedTable[];
  readonly left: readonly { readonly schema: string; readonly name: string; readonly reason: string }[];
}

/** Splits tables by whether they have a key and the column that says when a row was changed. */
export function planDeltas(tables: readonly FollowedTable[], column: string): DeltaPlan {
  const left = tables.flatMap((table) => {
    const { schema, name } = table;
    if (!table.columnOf.has(column)) return [{ schema, name, reason: `it has no column "${column}"` }];
    return hasKey(table) ? [] : [{ schema, name, reason: "it has no key" }];
  });
  const unfit = new Set(left.map(({ schema, name }) => `${schema}.${name}`));
  return { tables: tables.filter(({ schema, name }) => !unfit.has(`${schema}.${name}`)), left };
}

/** How one round over a table went. */
export interface DeltaRound {
  readonly rows: number;
  /** Every change that was committed with an earlier moment has been taken. */
  readonly seen: string;
}

const FETCH = 1_000;

/** A role that may not see other sessions cannot tell how long they have been writing: then a quarter of an hour is assumed. */
const HORIZON = `select (case
    when (select rolsuper from pg_roles where rolname = current_user) or pg_has_role('pg_read_all_stats', 'usage')
    then least(transaction_timestamp(), min(xact_start))
    else transaction_timestamp() - interval '15 minutes' end)::text as horizon
  from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid()`;

/**
 * Takes the rows that were changed since the last round, and writes them over those of the target. Sent twice, a row is the
 * same. It misses deletes, and changes that leave the column as it was; `offramp verify` finds both.
 *
 * A transaction dates its rows by its beginning and shows them at its end, so a round never goes beyond the beginning of the
 * oldest transaction that may still write.
 *
 * @param since where the first round begins: the beginning of the copy.
 */
export async function followDelta(
  databases: { readonly source: Database; readonly target: Database },
  table: FollowedTable,
  { column, since }: { readonly column: string; readonly since: string },
): Promise<DeltaRound> {
  const { source, target } = databases;
  const from = (await readSeen(target, table)) ?? since;
  return source.transaction(
    async (transaction) => {
      const [horizon] = await transaction.query({
        text: HORIZON,
      });
      const seen = String(horizon?.["horizon"]);
      const names = [...table.columnOf.keys()];
      const list = names
        .map((name) => `${quoteIdentifier(name)}::text as ${quoteIdentifier(name)}`)
        .join(", ");
      await transaction.query({
        text: `declare offramp_delta no scroll cursor for select ${list}
          from ${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)} where ${quoteIdentifier(column)} >= $1::timestamptz`,
        values: [from],
      });
      let count = 0;
      for (;;) {
        const rows = await transaction.query({ text: `fetch ${FETCH} from offramp_delta` });
        await writeRows(target, table, rows);
        count += rows.length;
        if (rows.length < FETCH) break;
      }
      await storeSeen(target, table, seen);
      return { rows: count, seen };
    },
    { isolation: "repeatable read", readOnly: true },
  );
}

async function writeRows(target: Database, table: FollowedTable, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  await target.transaction(async (transaction) => {
    await transaction.query({ text: "set local session_replication_role = replica" });
    for (const row of rows) {
      const written = await targetRow(table, row);
      if (written !== undefined)
        await transaction.query(changeStatement({ kind: "insert", table, row: written, converge: true }));
    }
  });
}

async function targetRow(table: FollowedTable, row: Row): Promise<NamedRow | undefined> {
  if (table.transform !== undefined) return table.transform(row);
  const named: Record<string, string | null> = Object.create(null);
  for (const [name, column] of table.columnOf) if (column !== null) named[column] = row[name] ?? null;
  return named;
}
