import type { PhiCandidate } from "../../phi/phi-candidates.ts";
import { columnText } from "./column.ts";
import { indexText } from "./index-text.ts";
import { constraintText, keyColumns, ownPrimaryKey } from "./keys.ts";
import { policyText } from "./policy-text.ts";
import type { TableParts } from "./table-parts.ts";
import { commentText, stringText } from "./type-script-text.ts";

/** A table with its columns, and whatever Drizzle can say of it besides. */
export function tableText(
  table: TableParts,
  candidateOf: (column: string) => PhiCandidate | undefined,
): string {
  const { schema = "public", name, properties } = table.table;
  const { parts } = table;
  table.ownKey = ownPrimaryKey(table.table, table.constraints);
  const columns = table.columnObjects.map((column) => {
    const candidate = candidateOf(column.name);
    const text = columnText({ column, keys: keysOf(column.name, table), candidate }, parts);
    const reason = candidate === undefined ? "" : ` ${commentText(`PHI candidate: ${candidate.reason}`)}`;
    return `  ${table.key(column.name)}: ${text},${reason}`;
  });
  const extras = [
    ...table.constraints
      .filter(({ name: own }) => !saidByColumn(own, table))
      .map((one) => constraintText(one, table)),
    ...table.indexes.map((index) => indexText(index, table)),
    ...table.policies.map((policy) => policyText(policy, table)),
  ].filter((text) => text !== undefined);
  const maker = parts.maker(schema, { inPublic: "pgTable", inSchema: "table" });
  // Its type is said, so that TypeScript need not look into it to know the table: two tables may refer to each other.
  const third =
    extras.length === 0
      ? ""
      : `, (table): ${parts.useType("PgTableExtraConfigValue")}[] => [\n${extras.map((text) => `  ${text},`).join("\n")}\n]`;
  const secured =
    properties["row level security"] === true && table.policies.length === 0 ? ".enableRLS()" : "";
  const comment = properties["comment"];
  return [
    ...(typeof comment === "string" ? [commentText(comment)] : []),
    `export const ${table.binding} = ${maker}(${stringText(name)}, {\n${columns.join("\n")}\n}${third})${secured};`,
  ].join("\n");
}

function keysOf(column: string, table: TableParts): string {
  const own = table.constraints.filter((constraint) => uniqueOf(constraint.name, table) === column);
  const uniques = own.slice(0, 1).map(({ name }) => `.unique(${stringText(name)})`);
  return [table.ownKey === column ? ".primaryKey()" : "", ...uniques].join("");
}

/** The column that a plain unique constraint is on alone. */
function uniqueOf(name: string, table: TableParts): string | undefined {
  const constraint = table.constraints.find((one) => one.name === name);
  if (constraint?.properties["type"] !== "unique") return undefined;
  if (!String(constraint.properties["definition"]).startsWith("UNIQUE (")) return undefined;
  const columns = keyColumns(constraint);
  return columns?.length === 1 ? columns[0] : undefined;
}

function saidByColumn(name: string, table: TableParts): boolean {
  const column = uniqueOf(name, table);
  return (
    column !== undefined &&
    table.constraints.find((one) => uniqueOf(one.name, table) === column)?.name === name
  );
}
