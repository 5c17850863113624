import type { LoggedMessage, LoggedRelation, LoggedRow } from "../pgoutput/message.ts";
import { type FollowedTable, hasKey, namedRow, type NamedRow, type TargetChange } from "./followed-table.ts";

type Logged = Extract<LoggedMessage, { readonly kind: "insert" | "update" | "delete" }>;

/** A change as it was logged, with the table that it belongs to. */
export interface LoggedChange {
  readonly message: Logged;
  readonly relation: LoggedRelation;
  readonly table: FollowedTable;
  /** Part of the table was copied later than this change. */
  readonly converge: boolean;
}

/**
 * What a logged change means for the target, through the table's transforms. A row that the configuration leaves out is
 * deleted where it was there before; one that it takes in now is inserted.
 *
 * @throws {Error} the source table was altered since the copy; or a transform needs a value that the log does not hold,
 * because the update left it as it was: the source has to log whole rows.
 */
export async function targetChanges(change: LoggedChange): Promise<readonly TargetChange[]> {
  const { message, relation, table, converge } = change;
  switch (message.kind) {
    case "insert": {
      const row = await transformed(table, namedRow(relation.columns, message.row));
      return row === undefined ? [] : [{ kind: "insert", table, row, converge }];
    }
    case "delete":
      return deletion(change, message.before);
    case "update": {
      const row = completed(message.row, message.before);
      const named = namedRow(relation.columns, row);
      const before = identityOf(relation, message.before ?? row);
      if (table.transform !== undefined) return transformedUpdate(change, named, message.before ?? row);
      return [
        { kind: "update", table, row: renamed(table, named), before: renamed(table, before), converge },
      ];
    }
  }
}

/** The row as it was goes, the row as it is comes: whatever a transform makes of either. */
async function transformedUpdate(
  change: LoggedChange,
  named: NamedRow,
  before: LoggedRow,
): Promise<readonly TargetChange[]> {
  const { relation, table } = change;
  const missing = relation.columns.find(({ name }) => !(name in named));
  if (missing !== undefined)
    throw new Error(
      `${table.schema}.${table.name}: an update did not touch the large value of "${missing.name}", which the table's transform needs. Let the source log whole rows: alter table … replica identity full.`,
    );
  const row = await transformed(table, named);
  const removal = await deletion(change, before);
  return row === undefined
    ? removal
    : [...removal, { kind: "insert", table, row, converge: change.converge }];
}

async function deletion(
  { relation, table, converge }: LoggedChange,
  before: LoggedRow,
): Promise<readonly TargetChange[]> {
  const named = identityOf(relation, before);
  // A key finds its row whatever a transform makes of the rest; a row without a key is found by what the copy made of it.
  if (hasKey(table) || table.transform === undefined)
    return [{ kind: "delete", table, before: renamed(table, named), converge }];
  const row = await table.transform(named);
  return row === undefined ? [] : [{ kind: "delete", table, before: row, converge }];
}

async function transformed(table: FollowedTable, row: NamedRow): Promise<NamedRow | undefined> {
  if (table.transform === undefined) return renamed(table, row);
  checkColumns(table, row);
  return table.transform(row);
}

/** A row of the source under the target's names, without what the configuration drops. */
function renamed(table: FollowedTable, row: NamedRow): NamedRow {
  checkColumns(table, row);
  const named: Record<string, string | null> = Object.create(null);
  for (const [name, value] of Object.entries(row)) {
    const column = table.columnOf.get(name);
    if (typeof column === "string") named[column] = value;
  }
  return named;
}

function checkColumns(table: FollowedTable, row: NamedRow): void {
  const unknown = Object.keys(row).find((name) => !table.columnOf.has(name));
  if (unknown !== undefined)
    throw new Error(
      `${table.schema}.${table.name}: the column "${unknown}" came to the source after the copy began. Add it to the target (offramp schema shows how) and start offramp follow again: it goes on where it stopped.`,
    );
}

/** What identifies a row: its key columns, or everything where whole rows are logged. */
function identityOf(relation: LoggedRelation, row: LoggedRow): NamedRow {
  const named = namedRow(relation.columns, row);
  if (relation.replicaIdentity === "f") return named;
  const keys = new Set(relation.columns.filter(({ key }) => key).map(({ name }) => name));
  return Object.fromEntries(Object.entries(named).filter(([name]) => keys.has(name)));
}

/** Whole rows are logged with the values that the update left as they were. */
function completed(row: LoggedRow, before: LoggedRow | undefined): LoggedRow {
  return row.map((value, index) => {
    const old = before?.[index];
    return typeof value === "symbol" && typeof old === "string" ? old : value;
  });
}
