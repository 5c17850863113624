import { type Parameter, quoteIdentifier, type Statement } from "@offramp/db";

import { type FollowedTable, hasKey, type NamedRow, type TargetChange } from "./followed-table.ts";

/**
 * The statement that does one change on the target. Values are parameters; the text depends on the table, the kind and the
 * columns that are known, so it is prepared where it will come again.
 *
 * SQL: `insert into t (a, b) overriding system value values ($1, $2)`; where part of the table was copied later than the log
 * says, with `on conflict (key) do update`. `update t set b = $1 where a = $2`; `delete from t where a = $1`; a row without a
 * key is found by all its values, and only one of several equal ones is taken: `where ctid = (select ctid … limit 1)`.
 */
export function changeStatement(change: TargetChange): Statement {
  switch (change.kind) {
    case "insert":
      return insert(change.table, change.row, change.converge);
    case "update":
      return update(change.table, change.row, change.before);
    case "delete": {
      const values: Parameter[] = [];
      return {
        text: `delete from ${qualified(change.table)} where ${found(change.table, change.before, values)}`,
        values,
        prepare: hasKey(change.table),
      };
    }
    case "truncate": {
      const identity = change.restartIdentity ? " restart identity" : "";
      return {
        text: `truncate ${change.tables.map(qualified).join(", ")}${identity}${change.cascade ? " cascade" : ""}`,
      };
    }
  }
}

function insert(table: FollowedTable, row: NamedRow, converge: boolean): Statement {
  const columns = table.target.columns.filter(({ name }) => name in row);
  if (columns.length === 0) return { text: `insert into ${qualified(table)} default values` };
  const places = columns.map((_, index) => `$${index + 1}`);
  const text = `insert into ${qualified(table)} (${columns.map(({ name }) => quoteIdentifier(name)).join(", ")}) overriding system value values (${places.join(", ")})`;
  return {
    text: converge && hasKey(table) ? `${text} ${onConflict(table, row)}` : text,
    values: columns.map(({ name }) => row[name] ?? null),
    prepare: columns.length === table.target.columns.length,
  };
}

function onConflict(table: FollowedTable, row: NamedRow): string {
  const keys = table.target.columns.filter(({ key }) => key).map(({ name }) => quoteIdentifier(name));
  const sets = table.target.columns
    .filter(({ key, name, identityAlways }) => !key && name in row && !identityAlways)
    .map(({ name }) => `${quoteIdentifier(name)} = excluded.${quoteIdentifier(name)}`);
  return `on conflict (${keys.join(", ")}) do ${sets.length === 0 ? "nothing" : `update set ${sets.join(", ")}`}`;
}

function update(table: FollowedTable, row: NamedRow, before: NamedRow): Statement {
  const values: Parameter[] = [];
  const sets = table.target.columns
    .filter(({ name, key, identityAlways }) => name in row && !(isSame(name) && (key || identityAlways)))
    .map(({ name }) => `${quoteIdentifier(name)} = $${values.push(row[name] ?? null)}`);
  const all = table.target.columns.every(
    ({ name, key, identityAlways }) => key || identityAlways || name in row,
  );
  // A change of columns that the target does not have is none; it still has to be some statement.
  if (sets.length === 0) return { text: "select 1" };
  return {
    text: `update ${qualified(table)} set ${sets.join(", ")} where ${found(table, before, values)}`,
    values,
    prepare: all && hasKey(table),
  };

  function isSame(name: string): boolean {
    return row[name] === before[name];
  }
}

/** The condition that finds one row, and adds its values. */
function found(table: FollowedTable, before: NamedRow, values: Parameter[]): string {
  if (hasKey(table))
    return table.target.columns
      .filter(({ key }) => key)
      .map(({ name }) => `${quoteIdentifier(name)} = $${values.push(before[name] ?? null)}`)
      .join(" and ");
  const conditions = table.target.columns
    .filter(({ name }) => name in before)
    .map(({ name, type }) => {
      const place = `$${values.push(before[name] ?? null)}::${type}`;
      // Not every type has an operator for equality, but each has a text.
      return `${quoteIdentifier(name)}::text is not distinct from (${place})::text`;
    });
  return `ctid = (select ctid from ${qualified(table)} where ${conditions.join(" and ")} limit 1)`;
}

function qualified({ target }: FollowedTable): string {
  return `${quoteIdentifier(target.schema)}.${quoteIdentifier(target.name)}`;
}
